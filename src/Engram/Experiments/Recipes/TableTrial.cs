namespace Engram.Experiments.Recipes;

/// <summary>A run for the table of all recipes: left out where its data are not here, or where the time that is left would not do.</summary>
/// <param name="recipe">Id of the recipe.</param>
/// <param name="run">The run.</param>
/// <param name="runs">All runs of its row.</param>
/// <param name="time">How much there is.</param>
internal sealed class TableTrial(string recipe, RunTrial run, TableRuns runs, TableTime time) : StudyTrial
{
    /// <summary>What is run.</summary>
    public Trial Trial => run.Trial;

    /// <summary>What came of it; null where it was not run.</summary>
    public RunResult? Result => run.Result;

    /// <summary>Why it cannot be made here; null where it can.</summary>
    public EngramException? Problem => runs.Problem;

    /// <summary>What it takes, in seconds, as far as is known by now; infinite where it cannot be made here.</summary>
    public double Seconds => time.Measured.Corrected(run.Trial.Config, runs.Seconds);

    /// <inheritdoc/>
    public override string Name => $"{recipe}: {run.Name}";

    /// <inheritdoc/>
    public override string? Place => run.Place;

    /// <inheritdoc/>
    public override bool IsDone => run.IsDone;

    /// <inheritdoc/>
    public override double? Accuracy => run.Accuracy;

    /// <summary>The cheapest rows come first, each as a whole.</summary>
    public override double Rank => runs.Seconds * runs.Trials.Count;

    /// <inheritdoc/>
    public override void Prepare() => run.Prepare();

    /// <inheritdoc/>
    public override void Run(Action<TrialReport> progress, CancellationToken cancellation)
    {
        if (time.IsLimited && !IsDone && (Problem is not null || Seconds > time.Left.TotalSeconds)) return;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (time.IsLimited && !IsDone) stop.CancelAfter(time.Left);
        try
        {
            run.Run(progress, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return; // the time is over; what was learned so far is kept
        }
        if (time.IsLimited && Problem is null) time.Measured.Add(run.Trial.Config, runs.Seconds, run.Result!.Seconds.Total);
    }
}
