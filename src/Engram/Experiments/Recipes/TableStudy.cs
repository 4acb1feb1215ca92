namespace Engram.Experiments.Recipes;

/// <summary>
/// The study behind the table of all recipes: every run of every recipe, the cheapest rows first, as many as there is time for. Which trials there are
/// and their numbers follow from the plan alone; the time decides only which of them are done in this go.
/// </summary>
public sealed class TableStudy
{
    private readonly Laboratory laboratory;
    private readonly TablePlan plan;
    private readonly TableTime time = new();
    private readonly TablePart[] parts;

    /// <param name="laboratory">Makes the runs.</param>
    /// <param name="plan">What is asked.</param>
    public TableStudy(Laboratory laboratory, TablePlan plan)
    {
        (this.laboratory, this.plan) = (laboratory, plan);
        RunCost estimates = new(laboratory);
        parts = [.. plan.Recipes.Select(recipe => TablePart.Of(laboratory.Catalogs, estimates, recipe, new(plan.Quick, plan.Seeds)))];
    }

    /// <summary>Begins the time that the plan gives. Before that, trials run however long they take.</summary>
    public void Begin() => time.Begin(plan.Hours);

    /// <summary>How much there is to be done, estimated from the data that are here: the runs, their seconds one after another, and the runs that cannot be made here.</summary>
    public (int Runs, double Seconds, int Impossible) Outlook()
    {
        TableRuns[] all = [.. parts.SelectMany(part => part.Runs.Values)], possible = [.. all.Where(runs => runs.Problem is null)];
        return (possible.Sum(runs => runs.Trials.Count), possible.Sum(runs => runs.Seconds * runs.Trials.Count), all.Sum(runs => runs.Trials.Count) - possible.Sum(runs => runs.Trials.Count));
    }

    /// <summary>The study in a folder.</summary>
    /// <param name="folderOf">Where a trial has its run folder; null keeps everything in memory.</param>
    public Study<ReproductionTable> Study(Func<Trial, string>? folderOf = null)
    {
        TableTrial[][] trials = [.. parts.Select(part => part.Runs.Values
            .SelectMany(runs => runs.Trials.Select(trial => new TableTrial(part.Recipe.Id, new(laboratory, trial, folderOf?.Invoke(trial)), runs, time))).ToArray())];
        TableTrial[] all = [.. trials.SelectMany(part => part)];
        return new([all], all.Length, () => ReproductionTable.Of(plan, [.. parts.Zip(trials)]));
    }
}
