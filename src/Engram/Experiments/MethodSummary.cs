using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>One method of a comparison: mean and standard error over its seeds. Null where a metric has no meaning.</summary>
public sealed record MethodSummary
{
    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Number of seeds.</summary>
    public required int N { get; init; }

    /// <summary>Mean accuracy over all tasks at the end.</summary>
    public required SampleStatistics Accuracy { get; init; }

    /// <summary>Mean drop from the best accuracy.</summary>
    public SampleStatistics? Forgetting { get; init; }

    /// <summary>What later tasks did to earlier ones; negative is forgetting.</summary>
    public SampleStatistics? BackwardTransfer { get; init; }

    /// <summary>What earlier tasks did for later ones.</summary>
    public SampleStatistics? ForwardTransfer { get; init; }

    /// <summary>Accuracy right after learning each task.</summary>
    public SampleStatistics? LearningAccuracy { get; init; }

    /// <summary>How fast new tasks are learned: area under the accuracies after their first steps.</summary>
    public SampleStatistics? LearningCurveArea { get; init; }

    /// <summary>How much worse new tasks are learned than by the joint reference.</summary>
    public SampleStatistics? Intransigence { get; init; }

    /// <summary>Accuracy on the test samples of all tasks together, at the end.</summary>
    public SampleStatistics? OverallAccuracy { get; init; }

    /// <summary>How much of the base knowledge stays, relative to offline training.</summary>
    public SampleStatistics? OmegaBase { get; init; }

    /// <summary>Accuracy on what each session brings.</summary>
    public SampleStatistics? OmegaNew { get; init; }

    /// <summary>Accuracy on everything seen, relative to offline training.</summary>
    public SampleStatistics? OmegaAll { get; init; }

    /// <summary>Accuracy on the tasks learned so far, over all stages.</summary>
    public SampleStatistics? TriangleAccuracy { get; init; }

    /// <summary>1 less what is lost by backward transfer over all stages.</summary>
    public SampleStatistics? Remembering { get; init; }

    /// <summary>What is gained by backward transfer over all stages.</summary>
    public SampleStatistics? PositiveBackwardTransfer { get; init; }

    /// <summary>Accuracy on tasks not learned yet, over all stages.</summary>
    public SampleStatistics? TriangleForwardTransfer { get; init; }

    /// <summary>How little the network grows.</summary>
    public SampleStatistics? ModelSizeEfficiency { get; init; }

    /// <summary>How few samples are kept, relative to all training data.</summary>
    public SampleStatistics? SampleStorageEfficiency { get; init; }

    /// <summary>Wall clock of a run.</summary>
    public required SampleStatistics Seconds { get; init; }

    /// <summary>Difference to the lower bound, seed by seed; null for the bound itself or without one.</summary>
    public PairedDifference? AgainstLowerBound { get; init; }

    /// <summary>Difference to the upper bound, seed by seed; null for the bound itself or without one.</summary>
    public PairedDifference? AgainstUpperBound { get; init; }

    /// <summary>Difference of the best method besides the bounds to the next one, seed by seed; null for all others.</summary>
    public PairedDifference? AgainstNext { get; init; }

    /// <summary>Mean accuracy over the tasks learned so far, after each task.</summary>
    public required SampleStatistics[] AccuracyCurve { get; init; }

    /// <summary>The accuracy matrix averaged over the seeds.</summary>
    [JsonIgnore]
    public double[][] MeanMatrix { get; init; } = [];

    /// <summary>Parameters in use at the end.</summary>
    public required SampleStatistics Parameters { get; init; }

    /// <summary>Bytes that the method keeps besides the network at the end.</summary>
    public required SampleStatistics StoredBytes { get; init; }

    internal static MethodSummary Of(string method, IReadOnlyList<RunResult> runs)
    {
        double[][] curves = [.. runs.Select(run => Metrics.AccuracyCurve(run.Matrix))];
        return new()
        {
            Method = method,
            N = runs.Count,
            Accuracy = SampleStatistics.Of(runs.Select(run => Metrics.Accuracy(run.Matrix))),
            Forgetting = Metric(runs, "forgetting"),
            BackwardTransfer = Metric(runs, "backwardTransfer"),
            ForwardTransfer = Metric(runs, "forwardTransfer"),
            LearningAccuracy = Metric(runs, "learningAccuracy"),
            LearningCurveArea = Metric(runs, "learningCurveArea"),
            Intransigence = Metric(runs, "intransigence"),
            OverallAccuracy = Metric(runs, "overallAccuracy"),
            OmegaBase = Metric(runs, "omegaBase"),
            OmegaNew = Metric(runs, "omegaNew"),
            OmegaAll = Metric(runs, "omegaAll"),
            TriangleAccuracy = Metric(runs, "triangleAccuracy"),
            Remembering = Metric(runs, "remembering"),
            PositiveBackwardTransfer = Metric(runs, "positiveBackwardTransfer"),
            TriangleForwardTransfer = Metric(runs, "triangleForwardTransfer"),
            ModelSizeEfficiency = Metric(runs, "modelSizeEfficiency"),
            SampleStorageEfficiency = Metric(runs, "sampleStorageEfficiency"),
            Seconds = SampleStatistics.Of(runs.Select(run => run.Seconds.Total)),
            AccuracyCurve = [.. curves[0].Select((_, k) => SampleStatistics.Of(curves.Select(curve => curve[k])))],
            MeanMatrix = [.. runs[0].Matrix.ToRows().Select((row, i) => row.Select((_, j) => runs.Average(run => run.Matrix[i, j + 1])).ToArray())],
            Parameters = SampleStatistics.Of(runs.Select(run => (double)run.Parameters[^1])),
            StoredBytes = SampleStatistics.Of(runs.Select(run => (double)run.StoredBytes[^1])),
        };
    }

    private static SampleStatistics? Metric(IEnumerable<RunResult> runs, string name) => SampleStatistics.OfKnown(runs.Select(run => run.Metrics.GetValueOrDefault(name)));
}
