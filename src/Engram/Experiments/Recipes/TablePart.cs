namespace Engram.Experiments.Recipes;

/// <summary>One recipe of the table of all.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Plan">What of it is run; null where it cannot be.</param>
/// <param name="Problem">Why it cannot be; null where it can.</param>
/// <param name="Runs">The runs by their label, in the order of the plan.</param>
internal sealed record TablePart(Recipe Recipe, ReproductionPlan? Plan, EngramException? Problem, IReadOnlyDictionary<string, TableRuns> Runs)
{
    /// <summary>Plans a recipe, or says why it cannot be run.</summary>
    public static TablePart Of(Catalogs catalogs, RunCost estimates, Recipe recipe, ReproductionScope scope)
    {
        try
        {
            ReproductionPlan plan = ReproductionPlan.Make(recipe, catalogs, scope);
            return new(recipe, plan, null, plan.Trials.GroupBy(trial => trial.Label).ToDictionary(group => group.Key, group => new TableRuns(estimates, [.. group])));
        }
        catch (EngramException problem) when (problem.Kind == ErrorKind.Input)
        {
            return new(recipe, null, problem, new Dictionary<string, TableRuns>());
        }
    }

    /// <summary>Labels of the runs that a row needs: its own, and those it is measured against.</summary>
    public IEnumerable<string> LabelsOf(RecipeRow row) =>
        RowMetric.NeedsReference(row.Metric) && Plan!.ReferenceLabel is { } reference ? [Plan.LabelOf(row), reference] : [Plan!.LabelOf(row)];
}
