using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// Streaming linear discriminant analysis (Hayes and Kanan 2020, arXiv 1909.01520): a mean for each class (Eq. 2) and one covariance Sigma that all classes
/// share (Eq. 3 and 4), updated sample by sample. Lambda = ((1 - e) Sigma + e 1)^-1 with the shrinkage e; scores are W x + b (Eq. 1) with w_k = Lambda mu_k and
/// b_k = -1/2 mu_k' Lambda mu_k (Eq. 5).
/// </summary>
/// <remarks>
/// Differs from the paper: Sigma is the scatter around the class means divided by the number of samples, exactly, as in the batch analysis. The paper's update
/// weighs a sample's deviation from the mean of its class so far by t/(t+1), where that needs c/(c+1) with the class's own count, so that its Sigma depends
/// on the order and holds the square of each class's first sample. Scores are measured from the mean of the means, which changes all classes' alike.
/// The logarithms of the classes' shares are added where <c>priors</c> says so.
/// </remarks>
[Method("slda", Name = "Streaming linear discriminant analysis (SLDA)", Family = "closed form", WeighsClasses = false, LearnsFromBatches = true, Owns = Hooks.Predict | Hooks.ParameterCount,
    Alone = "it learns without a gradient, so there is nothing for another method to change",
    Summary = "keeps the mean of each class and one covariance of all, and predicts the class of the best linear discriminant", Paper = "Hayes and Kanan 2020, arXiv 1909.01520",
    Suits = SuitingInputs.Features, SuitsWith = "shrinkage=0.1", SuitsBecause = "features are learned in one pass, in any order, with nothing lost, and a lesson can be forgotten exactly")]
public sealed class StreamingDiscriminant(StreamingDiscriminant.Options options) : ClosedFormMethod(options, OuterProducts.Shared)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ClosedFormOptions
    {
        /// <summary>Share of the unit matrix in the covariance, e.</summary>
        [Description("share of the unit matrix in the covariance"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double Shrinkage { get; init; } = 1e-4;

        /// <summary>Whether a class counts by its share of the samples, as linear discriminant analysis does with priors; the paper holds all classes for equally likely.</summary>
        [Description("let classes count by their share of the samples; false holds all for equally likely (the paper)")]
        public bool Priors { get; init; }
    }

    /// <inheritdoc/>
    private protected override IClassScores Solve(ClassStatistics total)
    {
        Tensor means = total.Means(), centre = means.mean([0], true), moved = means - centre, root = Root(total);
        Tensor weights = moved.t().cholesky_solve(root, false); // [d, classes]
        Tensor bias = (moved.t() * weights).sum(dim: 0).Scale(-0.5);
        if (options.Priors) bias.Add(tensor([.. total.Counts.Select(count => Math.Log(count / (double)total.Count))], device: Model.Device));
        return new LinearScores(weights, bias, centre, () => Distances(total));
    }

    /// <inheritdoc/>
    private protected override long ParametersFor(long classes) => classes * (Length + 1);

    private WhitenedMeans Distances(ClassStatistics total)
    {
        using var scope = NewDisposeScope();
        return new(total.Means(), Factorization.Whitening(Root(total)));
    }

    private Tensor Root(ClassStatistics total)
    {
        Tensor covariance = total.ScatterWithin().Divide(total.Count).Scale(1 - options.Shrinkage).Add(eye(Length, dtype: float64, device: Model.Device), options.Shrinkage);
        return Factorization.Root(covariance)
            ?? throw EngramException.Failure("singular", $"The covariance of {total.Count} samples has no inverse; set method.shrinkage (now {options.Shrinkage}) higher, or scale the inputs.");
    }
}
