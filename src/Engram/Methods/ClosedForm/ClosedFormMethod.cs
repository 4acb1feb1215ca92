using Engram.Graphs;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// What all methods in closed form share: they add up statistics of the samples in one pass (<see cref="ClassStatistics"/>) and solve for their answers when they
/// are asked. No gradient is needed, no sample is kept, and neither the order of samples nor that of classes matters.
/// </summary>
/// <remarks>
/// With features of the network the first task is learned by gradient, as plain fine-tuning does; its data are then passed through once more, and the
/// network stays as it is. Until then the network answers.
/// </remarks>
public abstract class ClosedFormMethod : LearningMethod, IMeasuresDistance, IForgetsLessons, IDescribesAnswers
{
    private const int Chunk = 256;
    private const double Unknown = -1e30; // of a class without samples: less than any other, and finite, so that several of them share the probability

    private readonly ClosedFormOptions options;
    private readonly OuterProducts products;
    private LessonStatistics? statistics;
    private IClassScores? solution;
    private Tensor? classes; // those of the solution, [classes], int64
    private long featureCount;

    /// <summary>Takes the shared settings.</summary>
    private protected ClosedFormMethod(ClosedFormOptions options, OuterProducts products) => (this.options, this.products) = (options, products);

    /// <inheritdoc/>
    public override bool LearnsByGradient => options.Features == FeatureSource.Network && Model.TasksSeen <= 1;

    /// <summary>Numbers of one sample as the statistics see it, d.</summary>
    private protected virtual long Length => FeatureCount;

    /// <summary>Numbers of one input, or of the network's last hidden layer.</summary>
    private protected long FeatureCount
    {
        get
        {
            if (featureCount > 0) return featureCount;
            using var scope = NewDisposeScope();
            return featureCount = Features(zeros([1, .. Model.Form.InputShape], device: Model.Device)).size(1);
        }
    }

    /// <summary>What was added up.</summary>
    private protected LessonStatistics Statistics => statistics ??= new(Length, products, options.KeepLessons, Model.Device);

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (task.Index == 0 && LearnsByGradient && task.Train is AbsentSamples)
            throw EngramException.Input("needs-data", "method.features is network, which passes through the first task's data when the network has learned them, but batches are all there is; give the first task as a whole, or set method.features=input.");
    }

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        if (!LearnsByGradient) Learn(step.Batch);
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        if (!LearnsByGradient) return;
        using BatchReader reader = new(task.Train.InputShape, Math.Min(Chunk, task.Train.Count), Model.Device);
        foreach (int[] part in Enumerable.Range(0, task.Train.Count).Chunk(Chunk)) Learn(reader.Read(task.Train, part));
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs)
    {
        if (Statistics.Total.Classes.Count == 0 && options.Features == FeatureSource.Network) return base.Predict(inputs);
        Tensor scores = TensorArithmetic.Filled([inputs.Count, Model.OutputCount], Unknown, Model.Device);
        if (Solution() is { } solved) scores.index_copy_(1, classes!, solved.Scores(Seen(inputs.Values)));
        return Model.Mask(inputs) is { } mask ? scores.Add(mask) : scores;
    }

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue inputs, int task)
    {
        if (Solution() is not { } solved)
            return options.Features == FeatureSource.Network ? Model.Network.Describe(graph, inputs).Outputs : throw EngramException.Input("nothing-learned", "The learner knows no sample any more, so there is no answer to write down; let it learn a task first.");
        GraphValue scores = solved.Describe(graph, Seen(graph, inputs)); // [n, classes of the solution]
        IReadOnlyList<int> known = Statistics.Total.Classes;
        if (known.Count == Model.OutputCount && known.SequenceEqual(Enumerable.Range(0, known.Count))) return scores;
        GraphValue withUnknown = graph.Apply("Pad", [scores, graph.Whole(0, 0, 0, 1), graph.Number(Unknown)]); // one column more for classes without samples
        long[] places = [.. Enumerable.Range(0, Model.OutputCount).Select(output => known.Index().Where(one => one.Item == output).Select(one => (long)one.Index).FirstOrDefault(known.Count))];
        return graph.Apply("Gather", [withUnknown, graph.Whole(places)], ("axis", 1L));
    }

    /// <inheritdoc/>
    public Tensor Distance(Inputs inputs) =>
        Solution()?.Distances(Seen(inputs.Values)).amin([1]) ?? TensorArithmetic.Filled([inputs.Count], double.PositiveInfinity, Model.Device);

    /// <inheritdoc/>
    public GraphValue DescribeDistance(Graph graph, GraphValue inputs)
    {
        IClassScores solved = Solution() ?? throw EngramException.Input("nothing-learned", "The learner knows no sample, so no input is near or far; let it learn a task first.");
        return graph.Apply("ReduceMin", [solved.DescribeDistances(graph, Seen(graph, inputs))], ("axes", new long[] { 1 }), ("keepdims", 0L));
    }

    /// <inheritdoc/>
    public virtual void Forget(int lesson)
    {
        Statistics.Forget(lesson);
        ForgetSolution();
    }

    /// <inheritdoc/>
    public virtual void VisitLesson(StateBag state, int lesson)
    {
        Statistics.VisitLesson(state.Part("statistics"), lesson, Model);
        if (state.IsRestoring) ForgetSolution();
    }

    /// <inheritdoc/>
    public virtual void Fold() => Statistics.Fold();

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        Statistics.Visit(state.Part("statistics"), Model);
        if (state.IsRestoring) ForgetSolution();
    }

    /// <inheritdoc/>
    public override long ParameterCount => (options.Features == FeatureSource.Network ? Model.Network.Layout.Count : 0) + ParametersFor(Math.Max(1, Statistics.Total.Classes.Count));

    /// <inheritdoc/>
    public override long StoredBytes => Statistics.StoredBytes;

    /// <summary>What the statistics see of features; the features themselves where a method does not transform them. In the caller's scope.</summary>
    /// <param name="features">[samples, features].</param>
    /// <returns>[samples, d].</returns>
    private protected virtual Tensor Transform(Tensor features) => features;

    /// <summary>Writes down as operations what <see cref="Transform(Tensor)"/> does.</summary>
    /// <param name="graph">Gets them.</param>
    /// <param name="features">[n, features].</param>
    /// <returns>[n, d].</returns>
    private protected virtual GraphValue Transform(Graph graph, GraphValue features) => features;

    /// <summary>Finds the answers; the tensors it returns are its own.</summary>
    /// <param name="total">The statistics of at least one class.</param>
    private protected abstract IClassScores Solve(ClassStatistics total);

    /// <summary>Parameters that answers need besides the network.</summary>
    /// <param name="classes">How many classes there are.</param>
    private protected abstract long ParametersFor(long classes);

    /// <summary>Adds up samples of the task that is learned.</summary>
    /// <param name="samples">[samples, d].</param>
    /// <param name="targets">[samples], int64.</param>
    private protected virtual void Learn(Tensor samples, Tensor targets) => Statistics.Add(Model.TasksSeen - 1, samples, targets);

    /// <summary>Lets the next question find the answers anew.</summary>
    private protected void ForgetSolution()
    {
        solution?.Dispose();
        classes?.Dispose();
        (solution, classes) = (null, null);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        ForgetSolution();
        statistics?.Dispose();
        base.Dispose(disposing);
    }

    private void Learn(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Learn(Seen(batch.Inputs), batch.Targets);
        ForgetSolution();
    }

    private Tensor Features(Tensor inputs) => options.Features == FeatureSource.Input ? inputs.reshape(inputs.size(0), -1) : Model.Network.Features(inputs);

    private Tensor Seen(Tensor inputs) => Transform(Features(inputs));

    private GraphValue Seen(Graph graph, GraphValue inputs) =>
        Transform(graph, options.Features == FeatureSource.Input ? graph.Apply("Flatten", [inputs]) : Model.Network.Describe(graph, inputs).Features);

    private IClassScores? Solution()
    {
        ClassStatistics total = Statistics.Total;
        if (solution is not null || total.Classes.Count == 0) return solution;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        classes = tensor([.. total.Classes.Select(label => (long)label)], device: Model.Device).DetachFromDisposeScope();
        return solution = Solve(total);
    }
}
