using System.Text.Json.Serialization;

namespace Engram.Experiments;

/// <summary>Several methods on the same stream, each with one or more seeds: what <c>compare --json</c> prints and the comparison page shows.</summary>
public sealed record Comparison
{
    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The runs, in the order given.</summary>
    public required IReadOnlyList<RunResult> Trials { get; init; }

    /// <summary>One summary per method, in the order in which methods first appear.</summary>
    public required IReadOnlyList<MethodSummary> Summary { get; init; }

    /// <summary>What the comparison shows, in plain English.</summary>
    public required string Verdict { get; init; }

    /// <summary>Id of the method that marks the lower bound, if it took part.</summary>
    [JsonIgnore]
    public string? LowerBound { get; init; }

    /// <summary>Id of the method that marks the upper bound, if it took part.</summary>
    [JsonIgnore]
    public string? UpperBound { get; init; }

    /// <summary>Names of the tasks; as <see cref="TaskNames"/> has them where the seeds disagree, because the seed may choose what a task holds.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Compares the runs. They must share stream, scenario and number of tasks; methods are matched seed by seed.</summary>
    /// <param name="trials">At least one run; no method may have the same seed twice.</param>
    /// <param name="lowerBound">Id of the method without any protection; ignored when no trial has it.</param>
    /// <param name="upperBound">Id of the method that sees all tasks at once; ignored when no trial has it.</param>
    /// <exception cref="ArgumentException">There is no run, or the runs do not belong together.</exception>
    public static Comparison Of(IReadOnlyList<RunResult> trials, string? lowerBound = null, string? upperBound = null)
    {
        Check(trials);
        string? lower = trials.Any(trial => trial.Method == lowerBound) ? lowerBound : null;
        string? upper = trials.Any(trial => trial.Method == upperBound) ? upperBound : null;
        MethodSummary[] summary = [.. trials.GroupBy(trial => trial.Method).Select(group => MethodSummary.Of(group.Key, [.. group]) with
        {
            AgainstLowerBound = lower is null || group.Key == lower ? null : PairedDifference.Of(trials, group.Key, lower),
            AgainstUpperBound = upper is null || group.Key == upper ? null : PairedDifference.Of(trials, group.Key, upper),
        })];
        return new Comparison
        {
            Trials = trials,
            Summary = summary,
            LowerBound = lower,
            UpperBound = upper,
            Tasks = TaskNames.Over([.. trials.Select(trial => trial.Tasks)]),
            Verdict = Experiments.Verdict.Of(trials, summary, lower, upper),
        };
    }

    private static void Check(IReadOnlyList<RunResult> trials)
    {
        if (trials.Count == 0) throw new ArgumentException("A comparison needs at least one run.", nameof(trials));
        RunResult first = trials[0];
        foreach (RunResult trial in trials)
            if ((trial.Stream, trial.Scenario, trial.Tasks.Length) != (first.Stream, first.Scenario, first.Tasks.Length))
                throw new ArgumentException(
                    $"Method '{trial.Method}' learned {Describe(trial)}, but '{first.Method}' learned {Describe(first)}; only runs of the same tasks can be compared.", nameof(trials));
        if (trials.GroupBy(trial => (trial.Method, trial.Seed)).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Method '{twice.Key.Method}' appears {twice.Count()} times with seed {twice.Key.Seed}; expected once.", nameof(trials));
    }

    private static string Describe(RunResult trial) => $"{trial.Tasks.Length} tasks of '{trial.Stream}' ({trial.Scenario} scenario)";
}
