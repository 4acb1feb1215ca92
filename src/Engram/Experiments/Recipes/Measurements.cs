namespace Engram.Experiments.Recipes;

/// <summary>The finished runs of a plan, asked by the names that rows and conditions use.</summary>
internal sealed class Measurements
{
    private readonly ReproductionPlan plan;
    private readonly ILookup<string, RunResult> runs;

    public Measurements(ReproductionPlan plan, TrialResults results)
    {
        this.plan = plan;
        Dictionary<ulong, RunResult> references = results.Finished.Where(one => one.Trial.Label == plan.ReferenceLabel).ToDictionary(one => one.Result.Seed, one => one.Result);
        runs = results.Finished.ToLookup(one => one.Trial.Label,
            one => TrialResults.WithReference(one.Result, one.Trial.Label == plan.ReferenceLabel ? null : ReferenceOf(one.Result, references)));
    }

    /// <summary>Values by seed; seeds whose run did not finish, or for which the metric has no meaning, are left out.</summary>
    /// <param name="name">A row, or <c>row:metric</c>.</param>
    public IReadOnlyDictionary<ulong, double> Of(string name)
    {
        string[] parts = name.Split(':', 2);
        RecipeRow? row = plan.Rows.FirstOrDefault(row => row.Id == parts[0]);
        if (row is null) return new Dictionary<ulong, double>();
        string metric = parts.Length == 2 ? parts[1] : row.Metric;
        return runs[plan.LabelOf(row)].Select(run => (run.Seed, Value: RowMetric.Of(run, metric))).Where(one => one.Value is not null).ToDictionary(one => one.Seed, one => one.Value!.Value);
    }

    /// <summary>The scenario of a row's runs; null where none finished.</summary>
    public string? ScenarioOf(string id) => runs[plan.LabelOf(plan.Rows.Single(row => row.Id == id))].FirstOrDefault()?.Scenario;

    // Runs of another stream or scenario have nothing to do with the reference.
    private static RunResult? ReferenceOf(RunResult result, Dictionary<ulong, RunResult> references) =>
        references.GetValueOrDefault(result.Seed) is { } reference && (reference.Stream, reference.Scenario) == (result.Stream, result.Scenario) && reference.Tasks.SequenceEqual(result.Tasks) ? reference : null;
}
