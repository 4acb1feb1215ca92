using Engram.Evaluation;
using Engram.Methods;

namespace Engram.Experiments;

/// <summary>A trial that ended with an error.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Error">Why.</param>
public sealed record FailedTrial(Trial Trial, EngramException Error);

/// <summary>What came of a comparison's trials, in the order of the plan.</summary>
/// <param name="Finished">Trials with results.</param>
/// <param name="Failed">Trials that ended with an error, such as a training that diverged; the others go on.</param>
public sealed record TrialResults(IReadOnlyList<(Trial Trial, RunResult Result)> Finished, IReadOnlyList<FailedTrial> Failed)
{
    /// <summary>The study of runs that are compared in the end; one that fails leaves the others alone.</summary>
    /// <param name="laboratory">Makes the runs.</param>
    /// <param name="trials">The runs.</param>
    /// <param name="folderOf">Where a trial has its run folder; null keeps everything in memory.</param>
    public static Study<TrialResults> Study(Laboratory laboratory, IReadOnlyList<Trial> trials, Func<Trial, string>? folderOf = null)
    {
        RunTrial[] runs = [.. trials.Select(trial => new RunTrial(laboratory, trial, folderOf?.Invoke(trial)))];
        return new([runs], runs.Length, () => Of(runs));
    }

    /// <summary>What came of trials that have ended.</summary>
    public static TrialResults Of(IReadOnlyList<RunTrial> runs) =>
        new([.. runs.Where(run => run.Error is null).Select(run => (run.Trial, run.Result!))], [.. runs.Where(run => run.Error is not null).Select(run => new FailedTrial(run.Trial, run.Error!))]);

    /// <summary>
    /// The finished trials side by side, each under its label, with intransigence where the upper bound ran with the same seed.
    /// Null where no trial finished.
    /// </summary>
    public Comparison? Compare(Catalogs catalogs)
    {
        if (Finished.Count == 0) return null;
        string? lower = LabelOf(catalogs, Bound.Lower), upper = LabelOf(catalogs, Bound.Upper);
        Dictionary<ulong, RunResult> references = Finished.Where(one => one.Trial.Label == upper).ToDictionary(one => one.Result.Seed, one => one.Result);
        return Comparison.Of([.. Finished.Select(one => WithReference(one.Result, one.Trial.Label == upper ? null : references.GetValueOrDefault(one.Result.Seed)) with { Method = one.Trial.Label })], lower, upper);
    }

    /// <summary>The result with the metrics that need a run on the same tasks learned jointly; unchanged without one.</summary>
    public static RunResult WithReference(RunResult result, RunResult? reference)
    {
        if (reference is null) return result;
        MetricInputs inputs = new(result.Matrix) { TestSamples = result.TestSamples, Reference = reference.Matrix };
        Dictionary<string, double?> metrics = new(result.Metrics);
        foreach (Metric metric in MetricCatalog.All.Where(metric => metric.Needs == MetricNeed.Reference)) metrics[metric.Id] = metric.ValueOf(inputs);
        return result with { Metrics = metrics };
    }

    private string? LabelOf(Catalogs catalogs, Bound bound) =>
        Finished.Select(one => one.Trial).FirstOrDefault(trial => catalogs.Methods.Find(trial.Config.Method.Id).Attribute.Bound == bound)?.Label;
}
