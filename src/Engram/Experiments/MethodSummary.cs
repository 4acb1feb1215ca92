using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>One method of a comparison: mean and standard error over its seeds.</summary>
public sealed record MethodSummary
{
    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Number of seeds.</summary>
    public required int N { get; init; }

    /// <summary>Every metric by its id (<see cref="MetricCatalog"/>); null where it has no meaning or no run measured it.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, SampleStatistics?> Metrics { get; init; } = new Dictionary<string, SampleStatistics?>();

    /// <summary>Mean accuracy over all tasks at the end.</summary>
    [JsonIgnore]
    public SampleStatistics Accuracy => Metrics["accuracy"]!;

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

    // Documents have the metrics beside the rest, not within.
    [JsonInclude, JsonExtensionData]
    private Dictionary<string, object?> MetricsInJson => Metrics.ToDictionary(metric => metric.Key, metric => (object?)metric.Value);

    internal static MethodSummary Of(string method, IReadOnlyList<RunResult> runs)
    {
        double[][] curves = [.. runs.Select(run => Evaluation.Metrics.AccuracyCurve(run.Matrix))];
        return new()
        {
            Method = method,
            N = runs.Count,
            Metrics = MetricCatalog.All.ToDictionary(metric => metric.Id, metric => SampleStatistics.OfKnown(runs.Select(run => run.Metrics.GetValueOrDefault(metric.Id)))),
            Seconds = SampleStatistics.Of(runs.Select(run => run.Seconds.Total)),
            AccuracyCurve = [.. curves[0].Select((_, k) => SampleStatistics.Of(curves.Select(curve => curve[k])))],
            MeanMatrix = [.. runs[0].Matrix.ToRows().Select((row, i) => row.Select((_, j) => runs.Average(run => run.Matrix[i, j + 1])).ToArray())],
            Parameters = SampleStatistics.Of(runs.Select(run => (double)run.Parameters[^1])),
            StoredBytes = SampleStatistics.Of(runs.Select(run => (double)run.StoredBytes[^1])),
        };
    }
}
