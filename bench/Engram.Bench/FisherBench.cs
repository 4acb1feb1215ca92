using Engram.Methods.Baselines;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>The exact Fisher information of 10,000 samples against a loop that takes one sample and one class at a time.</summary>
internal static class FisherBench
{
    private const int Samples = 10_000, LoopSamples = 100;

    public static IEnumerable<Figure> Run()
    {
        using Setup setup = new(new FineTuning(), 200);
        setup.Train(0);
        LearningTask task = setup.Stream.Tasks[0];
        double[] batched = Interleaved.Median(3, Samples, () => FisherInformation.Estimate(setup.Model, task, FisherEstimator.Exact, Samples).Dispose());
        double[] loop = Interleaved.Median(3, LoopSamples, () => Loop(setup.Model.Network, task.Train));
        yield return new("exact Fisher: single samples / batched", loop[0] / batched[0], 30, true, $"{loop[0] * 1e6:F0} us / {batched[0] * 1e6:F1} us per sample, {batched[0] * Samples:F2} s for 10,000");
    }

    // sum over y of p(y|x) (d log p(y|x) / d theta)^2, one backward pass per class and sample, by the same network.
    private static void Loop(Network network, Streams.Samples samples)
    {
        using BatchReader reader = new(samples.InputShape, 1, CPU);
        using Tensor sum = zeros(network.Layout.Count), gradient = zeros(network.Layout.Count);
        for (int i = 0; i < LoopSamples; i++)
        {
            using var scope = NewDisposeScope();
            Tensor probabilities = network.Forward(reader.Read(samples, [i]).Inputs).softmax(1);
            for (long y = 0; y < probabilities.size(1); y++)
            {
                using var inner = NewDisposeScope();
                Tensor outputGradient = probabilities.clone();
                outputGradient.narrow(1, y, 1).sub_(1);
                network.Backward(outputGradient, gradient);
                sum.addcmul_(gradient, gradient, probabilities[0, y].item<float>());
            }
        }
    }
}
