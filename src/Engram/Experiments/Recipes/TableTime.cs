using System.Diagnostics;

namespace Engram.Experiments.Recipes;

/// <summary>The time for one go at the table of all recipes, and what has been learned about how long runs take. Before it begins there is no limit.</summary>
internal sealed class TableTime
{
    private readonly Stopwatch clock = new();
    private readonly CancellationTokenSource over = new();
    private double seconds;

    /// <summary>What the runs that have ended say about those to come.</summary>
    public MeasuredCost Measured { get; } = new();

    /// <summary>Whether it has begun.</summary>
    public bool IsLimited => clock.IsRunning;

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken IsOver => over.Token;

    /// <summary>Begins.</summary>
    /// <param name="hours">Above 0 and at most <see cref="TablePlan.MostHours"/>.</param>
    public void Begin(double hours)
    {
        seconds = 3600 * hours;
        clock.Restart();
        over.CancelAfter(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Whether so much time is left.</summary>
    public bool Has(double needed) => clock.Elapsed.TotalSeconds + needed <= seconds;
}
