using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// FeCAM (Goswami et al. 2023, arXiv 2309.14062): a sample belongs to the class with the smallest Mahalanobis distance, each class with a covariance of its
/// own. Numbers are first raised to Tukey's power; a covariance gets shrunk, Sigma + g1 V1 1 + g2 V2 (1 1' - 1) with its mean variance V1 and its mean covariance V2, and
/// normalised to correlations, so that distances to different classes can be compared.
/// </summary>
/// <remarks>
/// A class whose samples do not vary, such as one with a single sample, has the unit matrix. Differs from the paper: a negative number keeps its sign, its
/// size is raised to the power (the paper's features are never negative). Its authors' code also scales samples and means to length 1, which the paper does
/// not say; as there, correlations without an inverse, such as those of features that add up to a constant, have a pseudo-inverse.
/// </remarks>
[Method("fecam", Name = "FeCAM", Family = "closed form", WeighsClasses = false, LearnsFromBatches = true, Owns = Hooks.Predict | Hooks.ParameterCount,
    Alone = "it learns without a gradient, so there is nothing for another method to change",
    Summary = "keeps the mean and the covariance of each class and predicts the nearest one by Mahalanobis distance", Paper = "Goswami et al. 2023, arXiv 2309.14062")]
public sealed class FeatureCovariances(FeatureCovariances.Options options) : ClosedFormMethod(options, OuterProducts.OfEachClass)
{
    private const double Rounding = 1e-12;

    /// <summary>Settings.</summary>
    public sealed record Options : ClosedFormOptions
    {
        /// <summary>Tukey's power; 1 leaves numbers as they are.</summary>
        [Description("power that numbers are raised to; 1 leaves them as they are"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double Power { get; init; } = 0.5;

        /// <summary>How many times its mean variance a covariance's diagonal gets, g1.</summary>
        [Description("how many times the mean variance is added to the variances (gamma 1)"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double VarianceShrinkage { get; init; } = 1;

        /// <summary>How many times its mean covariance a covariance gets beside the diagonal, g2.</summary>
        [Description("how many times the mean covariance is added to the covariances (gamma 2)"), Range(0.0, 1e6)]
        public double CovarianceShrinkage { get; init; } = 1;
    }

    /// <inheritdoc/>
    private protected override Tensor Transform(Tensor features) => options.Power == 1 ? features : features.abs().log_().Scale(options.Power).exp_().mul_(features.sign());

    /// <inheritdoc/>
    private protected override GraphValue Transform(Graph graph, GraphValue features)
    {
        if (options.Power == 1) return features;
        GraphValue logarithms = graph.Apply("Mul", [graph.Apply("Log", [graph.Apply("Abs", [features])]), graph.Number(options.Power)]);
        return graph.Apply("Mul", [graph.Apply("Exp", [logarithms]), graph.Apply("Sign", [features])]);
    }

    /// <inheritdoc/>
    private protected override IClassScores Solve(ClassStatistics total)
    {
        ClassGaussians gaussians = new();
        Tensor means = total.Means();
        int together = ClassGaussians.Together(Length);
        for (int first = 0; first < total.Classes.Count; first += together)
        {
            using var scope = NewDisposeScope();
            int chosen = Math.Min(together, total.Classes.Count - first);
            Tensor spare = tensor([.. total.Counts.Skip(first).Take(chosen).Select(count => Math.Max(1.0, count - 1))], chosen, 1, 1, device: Model.Device);
            Tensor own = means.narrow(0, first, chosen);
            Tensor correlations = Correlations(total.ScatterOfClasses(first, chosen).div_(spare), own.Squared().mean([1]).view(-1, 1, 1));
            gaussians.Add(own, Factorization.PseudoWhitening(correlations));
        }
        return gaussians;
    }

    /// <inheritdoc/>
    private protected override long ParametersFor(long classes) => classes * (Length + Length * (Length + 1) / 2);

    // Shrunk and normalised, [classes, d, d]; beside sizes, the mean squares of the means, a variance that is only rounding can be told.
    private Tensor Correlations(Tensor covariances, Tensor sizes)
    {
        Tensor unit = eye(Length, dtype: float64, device: covariances.device), beside = ones_like(unit).sub_(unit);
        Tensor trace = covariances.diagonal(0, -2, -1).sum(dim: -1), variance = trace.Over(Length).view(-1, 1, 1);
        Tensor covariance = (covariances.sum([-2, -1]) - trace).Divide(Math.Max(1, Length * (Length - 1))).view(-1, 1, 1);
        Tensor constant = variance.le(sizes.Times(Rounding)).to(float64);
        Tensor shrunk = covariances.Plus(variance.Times(options.VarianceShrinkage).Add(constant) * unit).Add(covariance.Times(options.CovarianceShrinkage) * beside);
        Tensor deviations = shrunk.diagonal(0, -2, -1).sqrt().unsqueeze(2);
        return shrunk.div_(deviations).div_(deviations.transpose(1, 2));
    }
}
