using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// What a recurrent layer does at one step between its matrix products. Matrices are row-major; a row of gates holds
/// one block of <c>units</c> numbers per gate, in the order of <see cref="Gates"/>.
/// </summary>
internal abstract unsafe class RecurrentCell
{
    /// <summary>Name of the layer, such as <c>lstm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The gates in the order of their blocks, as in PyTorch.</summary>
    public abstract IReadOnlyList<string> Gates { get; }

    /// <summary>Whether the sums over the inputs and those over the hidden state must reach the cell apart; otherwise they come added up.</summary>
    public abstract bool KeepsSumsApart { get; }

    /// <summary>Whether a second state, the memory cell, goes from step to step beside the hidden state.</summary>
    public abstract bool HasMemory { get; }

    /// <summary>Turns the sums of one step into gates and the next state.</summary>
    public abstract void Forward(in RecurrentStep step);

    /// <summary>
    /// Turns the gradient with respect to the state after one step into that with respect to its sums. What goes straight to the state
    /// before, without a matrix product, stays in <see cref="RecurrentStep.HiddenDelta"/> and <see cref="RecurrentStep.MemoryDelta"/>.
    /// </summary>
    public abstract void Backward(in RecurrentStep step);

    /// <summary>TorchSharp's layer of the same kind, reading [batch, steps, features].</summary>
    /// <returns>The layer and how to get its last hidden state, [batch, units].</returns>
    public abstract (nn.Module Layer, Func<Tensor, Tensor> LastHidden) CreateModule(long features, int units);

    /// <summary>The layer as one operation.</summary>
    /// <param name="graph">Gets it.</param>
    /// <param name="steps">Its inputs, [steps, n, features].</param>
    /// <param name="units">Units.</param>
    /// <param name="weights">Weights over the inputs, [1, gates x units, features], over the hidden state, and both biases, [1, 2 x gates x units], with gates in the order of <see cref="OrderInGraph"/>.</param>
    /// <returns>The hidden state after the last step, [1, n, units].</returns>
    protected abstract GraphValue Operation(Graph graph, GraphValue steps, long units, IReadOnlyList<GraphValue> weights);

    /// <summary>The places of the gates among <see cref="Gates"/> in the order in which the operation wants them.</summary>
    protected abstract IReadOnlyList<int> OrderInGraph { get; }

    /// <summary>Writes the layer down as operations.</summary>
    /// <param name="graph">Gets them.</param>
    /// <param name="sequences">Its inputs, [n, steps, features].</param>
    /// <param name="parameters">Weights over the inputs and over the hidden state, biases of both, laid out as in PyTorch.</param>
    /// <returns>The hidden state after the last step, [n, units].</returns>
    public GraphValue Describe(Graph graph, GraphValue sequences, IReadOnlyList<Tensor> parameters)
    {
        using var scope = NewDisposeScope();
        Tensor[] ordered = [.. parameters.Select(InOrder)];
        GraphValue steps = graph.Apply("Transpose", [sequences], ("perm", new long[] { 1, 0, 2 }));
        GraphValue last = Operation(graph, steps, parameters[1].size(1), [graph.Constant(ordered[0]), graph.Constant(ordered[1]), graph.Constant(cat([ordered[2], ordered[3]], 1))]);
        return graph.Apply("Squeeze", [last, graph.Whole(0)]);
    }

    private Tensor InOrder(Tensor blocks) => cat([.. OrderInGraph.Select(gate => blocks.chunk(Gates.Count, 0)[gate])]).unsqueeze(0);
}

/// <summary>The numbers of one step, as a cell reads and writes them.</summary>
internal unsafe struct RecurrentStep
{
    /// <summary>Sequences and units.</summary>
    public int Rows, Units;

    /// <summary>Distance of the rows of gates, of their sums and of the gradients with respect to these.</summary>
    public nint Stride;

    /// <summary>[rows, gates x units]: before the step its sums without bias, after it the values of the gates.</summary>
    public float* Gates;

    /// <summary>[rows, gates x units]: the sums over the hidden state where the cell wants them apart.</summary>
    public float* HiddenSums;

    /// <summary>[gates x units] each: added to the sums over the inputs and over the hidden state.</summary>
    public float* InputBias, HiddenBias;

    /// <summary>[rows, units]: hidden state and memory cell before and after the step.</summary>
    public float* HiddenBefore, HiddenAfter, MemoryBefore, MemoryAfter;

    /// <summary>[rows, units]: whatever the cell wants to find again on the way back.</summary>
    public float* Kept;

    /// <summary>[rows, units]: gradient with respect to hidden state and memory cell.</summary>
    public float* HiddenDelta, MemoryDelta;

    /// <summary>[rows, gates x units]: gradient with respect to the sums over the inputs and over the hidden state; one matrix where they are not kept apart.</summary>
    public float* InputSumDelta, HiddenSumDelta;
}
