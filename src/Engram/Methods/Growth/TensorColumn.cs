using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// A column in tensor operations, for convolutions and for any device; libtorch differentiates it, and only it: earlier columns run
/// without graph. Connections between convolutions are windows of one pixel, and maps are flattened for the dense layer.
/// </summary>
internal sealed class TensorColumn : NetworkColumn
{
    private readonly IReadOnlyList<TensorColumn> earlier;
    private readonly long[] imageShape;
    private readonly Tensor[] leaves; // views of the flat vector, in the order of the layout
    private readonly List<Tensor> values = [];
    private Tensor? graph, outputs;

    /// <summary>Makes the column with all parameters zero.</summary>
    /// <param name="plan">Its parameters.</param>
    /// <param name="earlier">The columns before it; they stay their owner's.</param>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="imageShape">Shape in which the first layer wants it: [channels, height, width], or one flat row.</param>
    /// <param name="outputs">Number of logits.</param>
    /// <param name="device">Where to compute.</param>
    public TensorColumn(ColumnPlan plan, IReadOnlyList<TensorColumn> earlier, IReadOnlyList<long> inputShape, long[] imageShape, int outputs, Device device)
        : base(plan, inputShape, outputs, device)
    {
        NativeEngine.RequireConvolutions();
        (this.earlier, this.imageShape) = (earlier, imageShape);
        using var scope = NewDisposeScope();
        leaves = [.. Layout.Slices.Select(slice => slice.Of(Parameters).detach().requires_grad_(true).DetachFromDisposeScope())];
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        CheckInputs(inputs);
        using var scope = NewDisposeScope();
        Forget();
        Tensor shaped = Shaped(inputs);
        RunEarlier(shaped);
        using (enable_grad()) graph = Run(shaped, Plan.Layers.Length).DetachFromDisposeScope();
        return outputs = graph.detach().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs)
    {
        using var constant = no_grad();
        return Constant(inputs, Plan.Layers.Length);
    }

    /// <inheritdoc/>
    public override Tensor Features(Tensor inputs)
    {
        using var constant = no_grad();
        return Constant(inputs, Plan.Layers.Length - 1);
    }

    /// <inheritdoc/>
    public override Tensor Hidden(int layer) => values[layer];

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, graph is null ? 0 : (int)graph.size(0), mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        using var scope = NewDisposeScope();
        IList<Tensor> parts = autograd.grad([graph!], leaves, [outputGradient], retain_graph: true);
        using var constant = no_grad();
        for (int i = 0; i < leaves.Length; i++)
        {
            ParameterSlice slice = Layout.Slices[i];
            gradient.narrow(0, slice.Offset, slice.Length).copy_(parts[i].reshape(-1));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
            foreach (Tensor leaf in leaves) leaf.Dispose();
        }
        base.Dispose(disposing);
    }

    private Tensor Constant(Tensor inputs, int depth)
    {
        CheckInputs(inputs);
        using var scope = NewDisposeScope();
        Forget();
        Tensor shaped = Shaped(inputs);
        RunEarlier(shaped);
        return outputs = Run(shaped, depth).flatten(1).alias().DetachFromDisposeScope();
    }

    // Inputs that do not begin on a cache line are copied, so that a run repeats bit for bit.
    private Tensor Shaped(Tensor inputs) =>
        (Device.type == DeviceType.CPU && !FlatVector.IsAligned(inputs) ? inputs.clone() : inputs).reshape([inputs.size(0), .. imageShape]);

    private void RunEarlier(Tensor shaped)
    {
        using var constant = no_grad();
        foreach (TensorColumn column in earlier)
        {
            column.Forget();
            column.Run(shaped, Plan.Layers.Length - 1);
        }
    }

    private Tensor Run(Tensor shaped, int depth)
    {
        Tensor value = shaped;
        for (int l = 0; l < depth; l++)
        {
            ColumnLayer layer = Plan.Layers[l];
            Tensor sums = Through(value, leaves[layer.Weight], leaves[layer.Bias], l);
            for (int j = 0; j < layer.Linear.Length; j++)
                sums = sums.Plus(l == 0 ? Through(shaped, leaves[layer.Linear[j]], null, 0) : AtOnePixel(earlier[j].values[l - 1], leaves[layer.Linear[j]]));
            if (layer.Projections.Length > 0)
            {
                Tensor adapted = layer.Projections.Select((projection, j) => leaves[layer.Scalars][j] * AtOnePixel(earlier[j].values[l - 1], leaves[projection])).Aggregate((all, more) => all.Plus(more));
                sums = sums.Plus(AtOnePixel(adapted.relu(), leaves[layer.Adapter]));
            }
            if (l == Plan.Layers.Length - 1) return sums;
            value = sums.relu();
            if (Disturbance is { } disturbance && disturbance.Layer == l) value = value.Plus(disturbance.Noise);
            values.Add(value.detach().DetachFromDisposeScope());
        }
        return value;
    }

    // A layer's own way from what is below it.
    private static Tensor Through(Tensor value, Tensor weight, Tensor? bias, int layer)
    {
        if (weight.dim() == 2) return nn.functional.linear(value.flatten(1), weight, bias);
        var (_, stride, padding) = Cnn.Window(layer);
        return nn.functional.conv2d(value, weight, bias, [stride, stride], [padding, padding]);
    }

    private static Tensor AtOnePixel(Tensor value, Tensor weight) =>
        weight.dim() == 2 ? nn.functional.linear(value.flatten(1), weight) : nn.functional.conv2d(value, weight);

    private void Forget()
    {
        foreach (Tensor value in values) value.Dispose();
        values.Clear();
        graph?.Dispose();
        outputs?.Dispose();
        (graph, outputs) = (null, null);
    }
}
