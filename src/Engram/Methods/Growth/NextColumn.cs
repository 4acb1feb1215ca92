using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>Makes the columns of a progressive network, each with the ones before it.</summary>
internal static class NextColumn
{
    /// <summary>Refuses a network that cannot be laid out in columns.</summary>
    /// <exception cref="EngramException">It is of another kind.</exception>
    public static void Require(NetworkDefinition definition)
    {
        if (definition is Mlp or Cnn) return;
        throw EngramException.Input("network-mismatch", $"progressive connects dense layers and convolutions of columns, and the network {definition.Id} is neither; choose mlp or cnn.");
    }

    /// <summary>The column of a task, with the parameters that it begins with.</summary>
    /// <param name="model">The run.</param>
    /// <param name="task">Index of the task.</param>
    /// <param name="columns">Those of the tasks before it.</param>
    /// <param name="lateral">How it sees them.</param>
    /// <param name="inputLaterals">Whether its first layer sees the input through connections of their own, too.</param>
    /// <param name="scale">Size of the first connections.</param>
    public static NetworkColumn Of(Model model, int task, IReadOnlyList<NetworkColumn> columns, LateralKind lateral, bool inputLaterals, double scale)
    {
        using var scope = NewDisposeScope();
        using Network plain = model.NewNetwork(task);
        int outputs = model.Tasks[task].Outputs.Count;
        ColumnPlan plan = new(model.Definition.Layout(plain.InputShape, outputs), task, lateral, inputLaterals);
        NetworkColumn column;
        if (plain is Perceptron) column = new DenseColumn(plan, [.. columns.Cast<DenseColumn>()], plain.InputShape, outputs);
        else
        {
            long pixels = plain.InputShape.Aggregate(1L, (product, size) => product * size);
            var (channels, height, width) = model.Definition is Cnn ? Cnn.Image(plain.InputShape) : default;
            long[] shape = model.Definition is Cnn ? [channels, height, width] : [pixels];
            column = new TensorColumn(plan, [.. columns.Cast<TensorColumn>()], plain.InputShape, shape, outputs, model.Device);
        }
        column.Draw(WithOutputsOf(model.Tasks[task], plain), model.Seed.For("laterals", task), scale);
        return column;
    }

    // A network's parameters with the task's rows of the output layer alone.
    private static Tensor WithOutputsOf(LearningTask task, Network network)
    {
        OutputLayer output = network.Layout.Output;
        Tensor rows = task.OutputsOn(network.Device);
        return cat([.. network.Layout.Slices.Select(slice => output.Holds(slice) ? slice.Of(network.Parameters).index_select(0, rows).flatten() : slice.Of(network.Parameters).flatten())], 0);
    }
}
