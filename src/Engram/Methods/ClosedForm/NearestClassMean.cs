using System.ComponentModel;
using Engram.Graphs;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>How far a sample is from a mean.</summary>
public enum MeanDistance
{
    /// <summary>The length of their difference.</summary>
    Euclidean,

    /// <summary>1 less the cosine of the angle between them.</summary>
    Cosine,
}

/// <summary>
/// Nearest class mean (Mensink et al. 2013, Distance-based image classification: generalizing to new classes at near-zero cost): a sample belongs to the
/// class whose mean is nearest. Scores are -1/2 of the squared Euclidean distance, so that p(c|x) is their softmax (Eq. 3 with W = 1), or the cosine.
/// </summary>
/// <remarks>Differs from the paper: no metric is learned; features are as good as they come.</remarks>
[Method("ncm", Name = "Nearest class mean", Family = "closed form", WeighsClasses = false, LearnsFromBatches = true, Owns = Hooks.Predict | Hooks.ParameterCount,
    Alone = "it learns without a gradient, so there is nothing for another method to change",
    Summary = "keeps the mean of each class and predicts the nearest one", Paper = "Mensink et al. 2013, IEEE TPAMI 35")]
public sealed class NearestClassMean(NearestClassMean.Options options) : ClosedFormMethod(options, OuterProducts.None)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ClosedFormOptions
    {
        /// <summary>How far a sample is from a mean.</summary>
        [Description("euclidean, or cosine, which looks at directions only")]
        public MeanDistance Distance { get; init; }
    }

    /// <inheritdoc/>
    private protected override IClassScores Solve(ClassStatistics total) => options.Distance == MeanDistance.Euclidean ? new WhitenedMeans(total.Means()) : new Directions(total.Means());

    /// <inheritdoc/>
    private protected override long ParametersFor(long classes) => classes * Length;

    // Means scaled to length 1; a mean of length 0 has the cosine 0 with everything.
    private sealed class Directions(Tensor means) : IClassScores
    {
        private readonly Tensor directions = nn.functional.normalize(means).to(float32).t().contiguous().DetachFromDisposeScope();

        public Tensor Scores(Tensor samples) => nn.functional.normalize(samples).Product(directions);

        public GraphValue Describe(Graph graph, GraphValue samples) => graph.Apply("MatMul", [graph.UnitLength(samples), graph.Constant(directions)]);

        public Tensor Distances(Tensor samples) => Scores(samples).neg_().Add(1.0).Raise(0);

        public GraphValue DescribeDistances(Graph graph, GraphValue samples) => graph.Apply("Max", [graph.Apply("Sub", [graph.Number(1), Describe(graph, samples)]), graph.Number(0)]);

        public void Dispose() => directions.Dispose();
    }
}
