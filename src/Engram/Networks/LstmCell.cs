using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997) with forget gate (Gers et al. 2000), as in PyTorch:
/// i, f, o = sigmoid(sums), g = tanh(sums), c' = f c + i g, h' = o tanh(c').
/// </summary>
internal sealed unsafe class LstmCell : RecurrentCell
{
    /// <summary>The block of the forget gate.</summary>
    public const int ForgetGate = 1;

    public override string Name => "lstm";

    public override IReadOnlyList<string> Gates { get; } = ["input", "forget", "cell", "output"];

    public override bool KeepsSumsApart => false;

    public override bool HasMemory => true;

    /// <remarks>Keeps tanh(c').</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in RecurrentStep step)
    {
        int units = step.Units;
        for (int row = 0; row < step.Rows; row++)
        {
            float* gates = step.Gates + row * step.Stride;
            nint first = (nint)row * units;
            for (int j = 0; j < units; j += Vector<float>.Count)
            {
                int n = units - j;
                Vector<float> i = Squashing.Sigmoid(Sum(in step, gates, j, n)), f = Squashing.Sigmoid(Sum(in step, gates, units + j, n));
                Vector<float> g = Squashing.Tanh(Sum(in step, gates, 2 * units + j, n)), o = Squashing.Sigmoid(Sum(in step, gates, 3 * units + j, n));
                Vector<float> c = f * Squashing.Load(step.MemoryBefore + first + j, n) + i * g, t = Squashing.Tanh(c);
                Squashing.Store(i, gates + j, n);
                Squashing.Store(f, gates + units + j, n);
                Squashing.Store(g, gates + 2 * units + j, n);
                Squashing.Store(o, gates + 3 * units + j, n);
                Squashing.Store(c, step.MemoryAfter + first + j, n);
                Squashing.Store(t, step.Kept + first + j, n);
                Squashing.Store(o * t, step.HiddenAfter + first + j, n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(in RecurrentStep step)
    {
        int units = step.Units;
        Vector<float> one = Vector<float>.One;
        for (int row = 0; row < step.Rows; row++)
        {
            float* gates = step.Gates + row * step.Stride, delta = step.InputSumDelta + row * step.Stride;
            nint first = (nint)row * units;
            for (int j = 0; j < units; j += Vector<float>.Count)
            {
                int n = units - j;
                Vector<float> i = Squashing.Load(gates + j, n), f = Squashing.Load(gates + units + j, n), g = Squashing.Load(gates + 2 * units + j, n), o = Squashing.Load(gates + 3 * units + j, n);
                Vector<float> t = Squashing.Load(step.Kept + first + j, n), dh = Squashing.Load(step.HiddenDelta + first + j, n);
                Vector<float> dc = Squashing.Load(step.MemoryDelta + first + j, n) + dh * o * (one - t * t);
                Squashing.Store(dc * g * i * (one - i), delta + j, n);
                Squashing.Store(dc * Squashing.Load(step.MemoryBefore + first + j, n) * f * (one - f), delta + units + j, n);
                Squashing.Store(dc * i * (one - g * g), delta + 2 * units + j, n);
                Squashing.Store(dh * t * o * (one - o), delta + 3 * units + j, n);
                Squashing.Store(dc * f, step.MemoryDelta + first + j, n);
                Squashing.Store(Vector<float>.Zero, step.HiddenDelta + first + j, n);
            }
        }
    }

    protected override IReadOnlyList<int> OrderInGraph { get; } = [0, 3, 1, 2]; // input, output, forget, cell

    protected override GraphValue Operation(Graph graph, GraphValue steps, long units, IReadOnlyList<GraphValue> weights) =>
        graph.Apply(1, "LSTM", [steps, .. weights], ("hidden_size", units));

    public override (nn.Module Layer, Func<Tensor, Tensor> LastHidden) CreateModule(long features, int units)
    {
        var layer = nn.LSTM(features, units, batchFirst: true);
        return (layer, inputs => layer.call(inputs, null).Item2.select(0, 0));
    }

    // What goes into the gates from this one on, with both biases.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Sum(in RecurrentStep step, float* gates, int gate, int count) =>
        Squashing.Load(gates + gate, count) + Squashing.Load(step.InputBias + gate, count) + Squashing.Load(step.HiddenBias + gate, count);
}
