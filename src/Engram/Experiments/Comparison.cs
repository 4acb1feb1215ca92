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
    public string Verdict => string.Join(" ", Sentences);

    /// <summary>Its sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences => Experiments.Verdict.Of(Summary, LowerBound, UpperBound, Tasks.Count, [.. Differences]);

    /// <summary>Id of the method that marks the lower bound, if it took part.</summary>
    [JsonIgnore]
    public string? LowerBound { get; init; }

    /// <summary>Id of the method that marks the upper bound, if it took part.</summary>
    [JsonIgnore]
    public string? UpperBound { get; init; }

    /// <summary>Every difference that is judged, once, with the method that it is seen from.</summary>
    [JsonIgnore]
    public IEnumerable<(string Method, PairedDifference Difference)> Differences =>
        from method in Summary
        from difference in new[] { method.AgainstLowerBound, method.Method == LowerBound ? null : method.AgainstUpperBound, method.AgainstNext }
        where difference is not null
        select (method.Method, difference);

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
        MethodSummary[] plain = [.. trials.GroupBy(trial => trial.Method).Select(group => MethodSummary.Of(group.Key, [.. group]))];
        var differences = PairedDifference.Of(trials, Pairs(plain, lower, upper));
        MethodSummary[] summary = [.. plain.Select(method => method with
        {
            AgainstLowerBound = Find(method.Method, lower),
            AgainstUpperBound = Find(method.Method, upper),
            AgainstNext = Lead(plain, lower, upper) is { } lead && lead.Method == method.Method ? differences.GetValueOrDefault(lead) : null,
        })];
        return new Comparison
        {
            Trials = trials,
            Summary = summary,
            LowerBound = lower,
            UpperBound = upper,
            Tasks = TaskNames.Over([.. trials.Select(trial => trial.Tasks)]),
        };

        PairedDifference? Find(string method, string? other) => other is null || method == other ? null
            : differences.GetValueOrDefault((method, other)) ?? differences.GetValueOrDefault((other, method))?.From(other);
    }

    // All that is judged: each method against the bounds, the bounds against each other, and the best method against the next. That the last pair was
    // chosen by its accuracies costs nothing: the two-sided test of best against second holds its level (Gutmann and Maymin 1987).
    private static IEnumerable<(string Method, string Other)> Pairs(IReadOnlyList<MethodSummary> methods, string? lower, string? upper)
    {
        foreach (MethodSummary method in methods)
        {
            if (lower is not null && method.Method != lower) yield return (method.Method, lower);
            if (upper is not null && method.Method != upper && method.Method != lower) yield return (method.Method, upper);
        }
        if (Lead(methods, lower, upper) is { } lead) yield return lead;
    }

    private static (string Method, string Other)? Lead(IReadOnlyList<MethodSummary> methods, string? lower, string? upper)
    {
        string[] best = [.. methods.Where(method => method.Method != lower && method.Method != upper).OrderByDescending(method => method.Accuracy.Mean).Take(2).Select(method => method.Method)];
        return best.Length == 2 ? (best[0], best[1]) : null;
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
