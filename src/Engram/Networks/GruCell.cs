using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Gated recurrent unit (Cho et al. 2014, arXiv 1406.1078), as in PyTorch: r, z = sigmoid(sums), n = tanh(x-sum + r h-sum),
/// h' = (1 - z) n + z h. Differs from the paper: the reset gate r acts after the product with the hidden state, not before it.
/// </summary>
internal sealed unsafe class GruCell : RecurrentCell
{
    public override string Name => "gru";

    public override IReadOnlyList<string> Gates { get; } = ["reset", "update", "new"];

    public override bool KeepsSumsApart => true;

    public override bool HasMemory => false;

    /// <remarks>Keeps the new gate's sum over the hidden state.</remarks>
    public override void Forward(in RecurrentStep step)
    {
        int units = step.Units;
        for (int row = 0; row < step.Rows; row++)
        {
            float* gates = step.Gates + row * step.Stride, sums = step.HiddenSums + row * step.Stride;
            nint first = (nint)row * units;
            Squashing.Add(sums, step.HiddenBias, 3 * units);
            Squashing.Add(gates, sums, 2 * units);
            Squashing.Sigmoid(gates, step.InputBias, 2 * units); // reset and update gate
            new Span<float>(sums + 2 * units, units).CopyTo(new(step.Kept + first, units));
            Reset(gates, step.Kept + first, units);
            Squashing.Tanh(gates + 2 * units, step.InputBias + 2 * units, gates + 2 * units, units);
            Update(gates, step.HiddenBefore + first, step.HiddenAfter + first, units);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(in RecurrentStep step)
    {
        int units = step.Units;
        Vector<float> one = Vector<float>.One;
        for (int row = 0; row < step.Rows; row++)
        {
            nint begin = row * step.Stride, first = (nint)row * units;
            float* gates = step.Gates + begin, delta = step.InputSumDelta + begin, hiddenSumDelta = step.HiddenSumDelta + begin;
            for (int j = 0; j < units; j += Vector<float>.Count)
            {
                int count = units - j;
                Vector<float> r = Squashing.Load(gates + j, count), z = Squashing.Load(gates + units + j, count), n = Squashing.Load(gates + 2 * units + j, count);
                Vector<float> dh = Squashing.Load(step.HiddenDelta + first + j, count);
                Vector<float> dn = dh * (one - z) * (one - n * n);
                Vector<float> dz = dh * (Squashing.Load(step.HiddenBefore + first + j, count) - n) * z * (one - z);
                Vector<float> dr = dn * Squashing.Load(step.Kept + first + j, count) * r * (one - r);
                Squashing.Store(dr, delta + j, count);
                Squashing.Store(dz, delta + units + j, count);
                Squashing.Store(dn, delta + 2 * units + j, count);
                Squashing.Store(dr, hiddenSumDelta + j, count);
                Squashing.Store(dz, hiddenSumDelta + units + j, count);
                Squashing.Store(dn * r, hiddenSumDelta + 2 * units + j, count);
                Squashing.Store(dh * z, step.HiddenDelta + first + j, count);
            }
        }
    }

    protected override IReadOnlyList<int> OrderInGraph { get; } = [1, 0, 2]; // update, reset, new

    protected override GraphValue Operation(Graph graph, GraphValue steps, long units, IReadOnlyList<GraphValue> weights) =>
        graph.Apply(1, "GRU", [steps, .. weights], ("hidden_size", units), ("linear_before_reset", 1L));

    public override (nn.Module Layer, Func<Tensor, Tensor> LastHidden) CreateModule(long features, int units)
    {
        var layer = nn.GRU(features, units, batchFirst: true);
        return (layer, inputs => layer.call(inputs, null).Item2.select(0, 0));
    }

    // x-sum + r h-sum of the new gate
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reset(float* gates, float* kept, int units)
    {
        for (int j = 0; j < units; j += Vector<float>.Count)
        {
            int count = units - j;
            Squashing.Store(Squashing.Load(gates + 2 * units + j, count) + Squashing.Load(gates + j, count) * Squashing.Load(kept + j, count), gates + 2 * units + j, count);
        }
    }

    // h' = n + z (h - n)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* gates, float* before, float* after, int units)
    {
        for (int j = 0; j < units; j += Vector<float>.Count)
        {
            int count = units - j;
            Vector<float> n = Squashing.Load(gates + 2 * units + j, count);
            Squashing.Store(n + Squashing.Load(gates + units + j, count) * (Squashing.Load(before + j, count) - n), after + j, count);
        }
    }
}
