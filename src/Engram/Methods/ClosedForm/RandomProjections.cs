using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Graphs;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// RanPAC (McDonnell et al. 2023, arXiv 2307.02251): inputs pass through a fixed random layer, h = relu(x W) with W standard normal from the run's seed; with
/// G = sum h h' and C = sum h y' over all samples (y one-hot) a sample is scored h' (G + lambda 1)^-1 C. After each task lambda is chosen from
/// 10^-8, 10^-7, ..., 10^8: the one with the smallest mean squared error on a fifth of the task's samples when G and C hold all others.
/// </summary>
/// <remarks>
/// The fifth is every fifth sample that passes, in the random order of the pass; until a task has ended, lambda is what it was (1 at first). A lambda that is
/// too small for a factorisation is no candidate. The error follows from sums over the fifth, so no sample is kept for it. Distances are Mahalanobis distances
/// of h with the covariance that the classes share, to which lambda is added as to G. Differs from the paper: the first task adapts the whole network or nothing, no adapters.
/// </remarks>
[Method("ranpac", Name = "RanPAC", Family = "closed form", WeighsClasses = false, LearnsFromBatches = true, Owns = Hooks.Predict | Hooks.ParameterCount,
    Alone = "it learns without a gradient, so there is nothing for another method to change",
    Summary = "passes inputs through a fixed random layer and solves a ridge regression on it", Paper = "McDonnell et al. 2023, arXiv 2307.02251",
    Suits = SuitingInputs.Pictures, SuitsWith = "projections=1000", SuitsBecause = "small pictures are learned in one pass, in any order, with nothing lost, and a lesson can be forgotten exactly")]
public sealed class RandomProjections(RandomProjections.Options options) : ClosedFormMethod(options, OuterProducts.Shared)
{
    private const int Fifth = 5, Candidates = 17;

    private LessonStatistics? held; // the fifth of the task that is learned, or of every task where they are kept apart
    private Tensor? projection;
    private long passed; // samples of the task so far
    private int chosen = Candidates / 2; // which lambda of 10^-8 to 10^8

    /// <summary>Settings.</summary>
    public sealed record Options : ClosedFormOptions
    {
        /// <summary>Units of the random layer, M.</summary>
        [Description("units of the random layer (M); room and time grow with their square"), Range(1, 30_000)]
        public int Projections { get; init; } = 2000;
    }

    /// <summary>What is added to the diagonal of G.</summary>
    public double Ridge => RidgeOf(chosen);

    private LessonStatistics Held => held ??= new(Length, OuterProducts.Shared, options.KeepLessons, Model.Device);

    /// <inheritdoc/>
    private protected override long Length => options.Projections;

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        base.BeginTask(task);
        passed = 0;
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        base.EndTask(task);
        ChooseRidge();
        if (!options.KeepLessons) Held.Clear();
    }

    /// <inheritdoc/>
    public override void Forget(int lesson)
    {
        base.Forget(lesson);
        Held.Forget(lesson);
        ChooseRidge();
    }

    /// <inheritdoc/>
    /// <remarks>With its fifth, so that lambda can be chosen anew when the lessons after it are forgotten.</remarks>
    public override void VisitLesson(StateBag state, int lesson)
    {
        base.VisitLesson(state, lesson);
        Held.VisitLesson(state.Part("held"), lesson, Model);
    }

    /// <inheritdoc/>
    public override void Fold()
    {
        base.Fold();
        Held.Clear();
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        base.Visit(state);
        Held.Visit(state.Part("held"), Model);
        state.Value("passed", ref passed);
        state.Value("ridge", ref chosen, most: Candidates - 1);
    }

    /// <inheritdoc/>
    public override long StoredBytes => base.StoredBytes + Held.StoredBytes;

    /// <inheritdoc/>
    private protected override Tensor Transform(Tensor features) => features.Product(Projection()).relu_();

    /// <inheritdoc/>
    private protected override GraphValue Transform(Graph graph, GraphValue features) => graph.Apply("Relu", [graph.Apply("MatMul", [features, graph.Constant(Projection())])]);

    /// <inheritdoc/>
    private protected override void Learn(Tensor samples, Tensor targets)
    {
        base.Learn(samples, targets);
        long[] fifth = [.. Enumerable.Range(0, (int)samples.size(0)).Where(sample => (passed + sample) % Fifth == Fifth - 1).Select(sample => (long)sample)];
        passed += samples.size(0);
        if (fifth.Length == 0) return;
        Tensor index = tensor(fifth, device: Model.Device);
        Held.Add(Model.TasksSeen - 1, samples.index_select(0, index), targets.index_select(0, index));
    }

    /// <inheritdoc/>
    private protected override IClassScores Solve(ClassStatistics total)
    {
        Tensor root = Root(total.Products(), Ridge)
            ?? throw EngramException.Failure("singular", $"The products of {total.Count} samples have no inverse with a ridge of {Ridge}; set method.projections (now {options.Projections}) lower.");
        return new LinearScores(total.Sums().t().cholesky_solve(root, false), null, null, () => Distances(total));
    }

    /// <inheritdoc/>
    private protected override long ParametersFor(long classes) => options.Projections * (FeatureCount + classes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        held?.Dispose();
        projection?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Projection()
    {
        if (projection is not null) return projection;
        float[] numbers = new float[checked((int)(FeatureCount * options.Projections))];
        Model.Seed.For("projection").FillGaussian(numbers);
        using Tensor drawn = tensor(numbers, FeatureCount, options.Projections, device: Model.Device);
        return projection = drawn.clone().DetachFromDisposeScope(); // where it lies may change the last bit of products
    }

    private WhitenedMeans Distances(ClassStatistics total)
    {
        using var scope = NewDisposeScope();
        Tensor scatter = total.ScatterWithin(), root = Root(scatter, Ridge) ?? Root(scatter, 1)!;
        return new(total.Means(), Factorization.Whitening(root).Scale(Math.Sqrt(total.Count)));
    }

    // The mean squared error of W on the fifth is (n - 2 tr W'C_f + tr W'G_f W) / (n classes): only the order matters.
    private void ChooseRidge()
    {
        ClassStatistics total = Statistics.Total;
        ClassStatistics? fifth = options.KeepLessons ? Held.Lessons.Count == 0 ? null : Held.Of(Held.Lessons.Last()) : Held.Total;
        if (fifth is null || fifth.Count == 0 || fifth.Count == total.Count) return;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor outside = total.Products(), ofFifth = fifth.Products(), sums = total.Sums().clone(), wanted = zeros_like(sums);
        outside.sub_(ofFifth);
        for (int i = 0; i < fifth.Classes.Count; i++) wanted[IndexOf(total, fifth.Classes[i])].copy_(fifth.Sums()[i]);
        sums.sub_(wanted);
        double best = double.PositiveInfinity;
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            using var inner = NewDisposeScope();
            if (Root(outside, RidgeOf(candidate)) is not { } root) continue;
            Tensor weights = sums.t().cholesky_solve(root, false); // [M, classes]
            double error = (ofFifth.mm(weights).Add(wanted.t(), -2) * weights).sum().item<double>();
            if (error < best) (best, chosen) = (error, candidate);
        }
        ForgetSolution();
    }

    private static double RidgeOf(int candidate) => Math.Pow(10, candidate - Candidates / 2);

    private static int IndexOf(ClassStatistics statistics, int label)
    {
        for (int i = 0; i < statistics.Classes.Count; i++) if (statistics.Classes[i] == label) return i;
        return -1;
    }

    private static Tensor? Root(Tensor matrix, double ridge) => Factorization.Root(matrix.Plus(eye(matrix.size(0), dtype: float64, device: matrix.device), ridge));
}
