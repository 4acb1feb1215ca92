using System.Diagnostics;

namespace Engram.Experiments.Recipes;

/// <summary>The time for one go at the table of all recipes, and what has been learned about how long runs take. Before it begins there is no limit.</summary>
internal sealed class TableTime
{
    private readonly Stopwatch clock = new();
    private TimeSpan given;

    /// <summary>What the runs that have ended say about those to come.</summary>
    public MeasuredCost Measured { get; } = new();

    /// <summary>Whether it has begun.</summary>
    public bool IsLimited => clock.IsRunning;

    /// <summary>What is left of it, not below 0.</summary>
    public TimeSpan Left => given > clock.Elapsed ? given - clock.Elapsed : TimeSpan.Zero;

    /// <summary>Begins.</summary>
    /// <param name="hours">Above 0 and at most <see cref="TablePlan.MostHours"/>.</param>
    public void Begin(double hours)
    {
        given = TimeSpan.FromHours(hours);
        clock.Restart();
    }
}
