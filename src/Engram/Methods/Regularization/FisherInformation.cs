using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>Which labels the squared gradients of the Fisher information are taken for.</summary>
public enum FisherEstimator
{
    /// <summary>Expectation over all answers under the network's own probabilities: the definition.</summary>
    Exact,

    /// <summary>One answer per sample drawn from the network's probabilities: unbiased, one backward pass.</summary>
    Sample,

    /// <summary>The most probable answer (Hsu et al. 2018, van de Ven and Tolias 2019).</summary>
    Predicted,

    /// <summary>The target of the data: not the Fisher information, but often used in its place.</summary>
    Empirical,

    /// <summary>The squared mean gradient of a batch, smaller by about the batch size and with cross terms; only to mirror other code.</summary>
    BatchedEmpirical,
}

/// <summary>
/// The diagonal Fisher information F_i = E_x E_{y ~ p(y|x)} [(d log p(y|x) / d theta_i)^2] (Kirkpatrick et al. 2017,
/// arXiv 1612.00796; estimators after methods.md section 4), per sample and without a loop over samples.
/// </summary>
public static class FisherInformation
{
    private const int BatchSize = 250;

    /// <summary>Estimates the diagonal for one task.</summary>
    /// <param name="model">Network, scenario and seed.</param>
    /// <param name="task">The task; its training data are used and only its competing outputs have probability.</param>
    /// <param name="estimator">Which labels.</param>
    /// <param name="sampleCount">How many samples, drawn at random; 0 takes all.</param>
    /// <param name="averaged">Samples whose mean gradient <see cref="FisherEstimator.BatchedEmpirical"/> squares; 0 takes the training batch.</param>
    /// <returns>[P], not negative, mean over samples; the caller's.</returns>
    public static Tensor Estimate(Model model, LearningTask task, FisherEstimator estimator, int sampleCount, int averaged = 0)
    {
        Samples samples = task.Train;
        int[] chosen = sampleCount == 0 || sampleCount >= samples.Count ? [.. Enumerable.Range(0, samples.Count)]
            : model.Seed.For("fisher", task.Index).Permutation(samples.Count)[..sampleCount];
        RandomSource labels = model.Seed.For("fisher-labels", task.Index);
        int batchSize = estimator == FisherEstimator.BatchedEmpirical ? averaged > 0 ? averaged : model.BatchSize : BatchSize;
        int[][] batches = [.. chosen.Chunk(batchSize)];
        Tensor sum = zeros(model.Network.Layout.Count, device: model.Device);
        using Measurement measurement = model.Network.Measure();
        using BatchReader reader = new(samples.InputShape, batchSize, model.Device);
        foreach (int[] indices in batches)
        {
            using var scope = NewDisposeScope();
            Batch batch = reader.Read(samples, indices);
            Accumulate(model, batch, estimator, labels, sum);
        }
        return sum.Divide(estimator == FisherEstimator.BatchedEmpirical ? batches.Length : chosen.Length);
    }

    private static void Accumulate(Model model, Batch batch, FisherEstimator estimator, RandomSource labels, Tensor sum)
    {
        Network network = model.Network;
        Answers answers = model.Answers;
        Tensor? mask = model.Mask(batch);
        Tensor logits = network.Forward(batch.Inputs);
        switch (estimator)
        {
            case FisherEstimator.Exact:
                network.AccumulateSampleGradients(answers.FisherFactors(logits, mask), SamplePower.Square, sum);
                break;
            case FisherEstimator.BatchedEmpirical:
                Tensor gradient = zeros_like(sum);
                network.Backward(answers.Slope(logits, batch.Targets, mask).Divide(batch.Count), gradient);
                sum.AddProduct(gradient, gradient);
                break;
            default:
                Tensor targets = estimator switch
                {
                    FisherEstimator.Sample => answers.Draw(logits, mask, labels),
                    FisherEstimator.Predicted => answers.MostProbable(logits, mask),
                    _ => batch.Targets,
                };
                network.AccumulateSampleGradients(answers.Slope(logits, targets, mask), SamplePower.Square, sum);
                break;
        }
    }
}
