using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>How the sensitivity of the outputs is measured.</summary>
public enum SensitivityEstimator
{
    /// <summary>The absolute gradient of each sample, the paper's definition.</summary>
    Exact,

    /// <summary>The absolute gradient of a training batch's mean, in which samples of opposite sign cancel; only to mirror other code.</summary>
    Batched,

    /// <summary>The local, Hebbian variant (paper, section 4.3): how strongly two connected units are active together.</summary>
    Local,
}

/// <summary>
/// How much the outputs move with each parameter (Aljundi et al. 2018, arXiv 1711.09601, Eq. 2 and 3):
/// Omega_i = (1/N) sum_n |d ||f(x_n)||^2 / d theta_i|, f the logits that compete. It needs inputs and no labels, so any inputs will do.
/// </summary>
public static class OutputSensitivity
{
    private const int BatchSize = 250;

    /// <summary>Measures the sensitivity on a set of inputs; their targets are never looked at.</summary>
    /// <param name="model">Network, scenario and seed.</param>
    /// <param name="samples">The inputs; each counts with the outputs that compete for its task.</param>
    /// <param name="estimator">How.</param>
    /// <param name="sampleCount">How many of them, drawn at random; 0 takes all.</param>
    /// <param name="averageOutputs">Whether the squared norm is divided by the number of outputs that compete.</param>
    /// <returns>[P], not negative; the caller's.</returns>
    public static Tensor Estimate(Model model, Samples samples, SensitivityEstimator estimator, int sampleCount, bool averageOutputs = false)
    {
        int[] chosen = sampleCount == 0 || sampleCount >= samples.Count ? [.. Enumerable.Range(0, samples.Count)]
            : model.Seed.For("sensitivity", model.TasksSeen).Permutation(samples.Count)[..sampleCount];
        int batchSize = estimator == SensitivityEstimator.Batched ? model.BatchSize : BatchSize;
        Tensor sum = zeros(model.Network.Layout.Count, device: model.Device);
        using Measurement measurement = model.Network.Measure();
        using BatchReader reader = new(samples.InputShape, batchSize, model.Device);
        foreach (int[] indices in chosen.Chunk(batchSize))
        {
            using var scope = NewDisposeScope();
            Batch batch = reader.Read(samples, indices);
            Accumulate(model.Network, batch.Inputs, model.Mask(batch), estimator, averageOutputs, sum);
        }
        return sum.Divide(chosen.Length);
    }

    private static void Accumulate(Network network, Tensor inputs, Tensor? mask, SensitivityEstimator estimator, bool averageOutputs, Tensor sum)
    {
        Tensor logits = network.Forward(inputs);
        Tensor outputs = mask is null ? logits : logits.Replaced(mask.isneginf(), 0); // [batch, outputs]
        Tensor slope = outputs.Times(2); // of ||f||^2
        if (averageOutputs) slope = mask is null ? slope.Over(logits.shape[1]) : slope / logits.Plus(mask).isneginf().logical_not().sum(1L, keepdim: true);
        switch (estimator)
        {
            case SensitivityEstimator.Exact:
                network.AccumulateSampleGradients(slope, SamplePower.Absolute, sum);
                break;
            case SensitivityEstimator.Batched:
                Tensor gradient = zeros_like(sum);
                network.Backward(slope, gradient); // n times the gradient of the mean
                sum.Add(gradient.abs_());
                break;
            default:
                network.AccumulateCoactivity(outputs, sum);
                break;
        }
    }
}
