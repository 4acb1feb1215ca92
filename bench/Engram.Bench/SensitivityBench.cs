using Engram.Methods.Baselines;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>
/// The importance of memory aware synapses of 10,000 samples against single samples: in the loop that a user would write with TorchSharp,
/// and by the same network.
/// </summary>
internal static class SensitivityBench
{
    private const int Samples = 10_000, LoopSamples = 200;

    public static IEnumerable<Figure> Run()
    {
        using Setup setup = new(new FineTuning(), 200);
        setup.Train(0);
        LearningTask task = setup.Stream.Tasks[0];
        double[] batched = Interleaved.Median(5, Samples, () => OutputSensitivity.Estimate(setup.Model, task.Train, SensitivityEstimator.Exact, Samples).Dispose());
        double[] loop = Interleaved.Median(5, LoopSamples, () => BareLoop(task.Train), () => Loop(setup.Model.Network, task.Train));
        yield return new("MAS importance: TorchSharp's single samples / batched", loop[0] / batched[0], 35, true, $"{loop[0] * 1e6:F0} us / {batched[0] * 1e6:F1} us per sample, {batched[0] * Samples:F2} s for 10,000");
        yield return new("MAS importance: our single samples / batched", loop[1] / batched[0], null, true, $"{loop[1] * 1e6:F0} us / {batched[0] * 1e6:F1} us per sample");
    }

    // Sequential, the squared length of its outputs, backward, and the absolute gradients summed up.
    private static void BareLoop(Streams.Samples samples)
    {
        using nn.Module<Tensor, Tensor> network = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 400), nn.ReLU(), nn.Linear(400, 10));
        TorchSharp.Modules.Parameter[] parameters = [.. network.parameters()];
        Tensor[] sums = [.. parameters.Select(parameter => zeros_like(parameter, requires_grad: false))];
        using BatchReader reader = new([784], 1, CPU);
        for (int i = 0; i < LoopSamples; i++)
        {
            using var scope = NewDisposeScope();
            network.zero_grad();
            network.forward(reader.Read(samples, [i]).Inputs).square().sum().backward();
            for (int p = 0; p < parameters.Length; p++) sums[p].add_(parameters[p].grad!.abs());
        }
        foreach (Tensor sum in sums) sum.Dispose();
    }

    // |d ||f(x)||^2 / d theta|, one forward and backward pass per sample, by the same network.
    private static void Loop(Network network, Streams.Samples samples)
    {
        using BatchReader reader = new(samples.InputShape, 1, CPU);
        using Tensor sum = zeros(network.Layout.Count), gradient = zeros(network.Layout.Count);
        for (int i = 0; i < LoopSamples; i++)
        {
            using var scope = NewDisposeScope();
            network.Backward(network.Forward(reader.Read(samples, [i]).Inputs) * 2, gradient);
            sum.add_(gradient.abs());
        }
    }
}
