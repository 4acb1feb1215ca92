using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.TaskOrder;

/// <summary>Measures what every source does for one target: a read-out for each on the frozen encoders, all from the same few samples.</summary>
/// <param name="encoders">One per task, then the random one; the caller's.</param>
/// <param name="target">The task that is read out.</param>
/// <param name="targetIndex">Its index in the natural order.</param>
/// <param name="decoder">Hidden layers of a read-out.</param>
/// <param name="options">How read-outs are trained.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="device">Where to compute.</param>
internal sealed class Transfers(IReadOnlyList<FrozenEncoder> encoders, LearningTask target, int targetIndex, int[] decoder, AffinityOptions options, Seed seed, Device device)
{
    private const int TestBatch = 500;

    /// <summary>Learns and measures all of them.</summary>
    /// <param name="sources">Indices of the encoders of each; none for the random one.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops between two read-outs.</param>
    public TransferResult[] Measure(IReadOnlyList<int[]> sources, Action<double> progress, CancellationToken cancellation)
    {
        List<Readout> readouts = [];
        try
        {
            Learn(sources, readouts, progress, cancellation);
            var (right, losses) = Test(sources, readouts);
            return [.. sources.Select((set, i) => new TransferResult(targetIndex, seed.Value, set, (double)right[i] / target.Test.Count, losses[i]))];
        }
        finally
        {
            foreach (Readout readout in readouts) readout.Dispose();
        }
    }

    private void Learn(IReadOnlyList<int[]> sources, List<Readout> readouts, Action<double> progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        int count = Math.Min(options.Samples, target.Train.Count);
        using BatchReader reader = new(target.Train.InputShape, count, device);
        Batch batch = reader.Read(target.Train, seed.For("transfer", targetIndex).Permutation(target.Train.Count).AsSpan(0, count));
        Tensor targets = target.PlacesOf(batch.Targets);
        Tensor[] features = [.. encoders.Select(encoder => encoder.Fit(batch.Inputs))];
        foreach (int[] set in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            readouts.Add(new(Joined(features, set), targets, target.Outputs.Count, decoder, options, seed.Derive("read-out", targetIndex)));
            progress(.9 * readouts.Count / sources.Count);
        }
    }

    private (long[] Right, float[][] Losses) Test(IReadOnlyList<int[]> sources, List<Readout> readouts)
    {
        long[] right = new long[sources.Count];
        float[][] losses = [.. sources.Select(_ => new float[target.Test.Count])];
        using BatchReader reader = new(target.Test.InputShape, TestBatch, device);
        int[] indices = [.. Enumerable.Range(0, target.Test.Count)];
        for (int first = 0; first < indices.Length; first += TestBatch)
        {
            using var scope = NewDisposeScope();
            using var noGraph = no_grad();
            Batch batch = reader.Read(target.Test, indices.AsSpan(first, Math.Min(TestBatch, indices.Length - first)));
            Tensor targets = target.PlacesOf(batch.Targets);
            Tensor[] features = [.. encoders.Select(encoder => encoder.Features(batch.Inputs))];
            for (int i = 0; i < sources.Count; i++)
            {
                Tensor logits = readouts[i].Predict(Joined(features, sources[i]));
                right[i] += logits.argmax(1).eq(targets).sum().item<long>();
                logits.log_softmax(1).gather(1, targets.unsqueeze(1)).neg_().cpu().data<float>().CopyTo(losses[i], first);
            }
        }
        return (right, losses);
    }

    private static Tensor Joined(Tensor[] features, int[] set) => set switch
    {
        [] => features[^1],
        [var one] => features[one],
        _ => cat([.. set.Select(source => features[source])], 1),
    };
}
