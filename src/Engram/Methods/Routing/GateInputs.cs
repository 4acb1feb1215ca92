using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Routing;

/// <summary>
/// What all gates see of an input, s = sigmoid((x - mean) / deviation), per dimension, with mean and deviation of the first task's training
/// data for all tasks, so that errors of different gates can be compared. Deviations are at least 0.01.
/// </summary>
/// <param name="length">Numbers that the gates see of one input, d.</param>
/// <param name="body">Where features come from; null takes the inputs themselves. The object's own from now on.</param>
/// <param name="device">Where to compute.</param>
internal sealed class GateInputs(int length, Network? body, Device device) : IDisposable
{
    private const int Chunk = 500;
    private const double SmallestDeviation = 1e-2;

    private readonly Tensor mean = zeros(length, device: device).DetachFromDisposeScope(), inverseDeviation = ones(length, device: device).DetachFromDisposeScope();

    /// <summary>Numbers that the gates see of one input, d.</summary>
    public int Length => length;

    /// <summary>Parameters of the fixed body.</summary>
    public long ParameterCount => body?.Layout.Count ?? 0;

    /// <summary>Bytes of the statistics.</summary>
    public long StoredBytes => 2L * length * sizeof(float);

    /// <summary>Takes the statistics from a task's training data.</summary>
    public void Fit(Samples samples)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor sum = zeros(length, dtype: float64, device: device), squares = zeros_like(sum);
        using BatchReader reader = new(samples.InputShape, Chunk, device);
        foreach (int[] part in Enumerable.Range(0, samples.Count).Chunk(Chunk))
        {
            using var inner = NewDisposeScope();
            Tensor values = Values(reader.Read(samples, part).Inputs).to(float64);
            sum.Add(values.sum(dim: 0));
            squares.Add(values.Squared().sum(dim: 0));
        }
        Tensor average = sum.Over(samples.Count), deviation = squares.Over(samples.Count).sub_(average.Squared()).Raise(0).sqrt().Raise(SmallestDeviation);
        mean.copy_(average);
        inverseDeviation.copy_(deviation.reciprocal());
    }

    /// <summary>What the gates see, [batch, d], each between 0 and 1; in the caller's scope.</summary>
    /// <param name="inputs">[batch, inputs...].</param>
    public Tensor Of(Tensor inputs) => Values(inputs).sub(mean).mul_(inverseDeviation).sigmoid_();

    /// <summary>Declares the statistics; the body comes from the seed.</summary>
    public void Visit(StateBag state)
    {
        state.Contents("mean", mean);
        state.Contents("inverseDeviation", inverseDeviation);
    }

    /// <summary>Frees statistics and body.</summary>
    public void Dispose()
    {
        mean.Dispose();
        inverseDeviation.Dispose();
        body?.Dispose();
    }

    private Tensor Values(Tensor inputs) => body is null ? inputs.reshape(inputs.size(0), -1) : body.Features(inputs);
}
