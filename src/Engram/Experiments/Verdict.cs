using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>The plain sentences that a comparison ends with. A difference below two paired standard errors is not called a difference.</summary>
internal static class Verdict
{
    private const int MostClauses = 4;

    public static string Of(IReadOnlyList<RunResult> trials, IReadOnlyList<MethodSummary> summary, string? lower, string? upper)
    {
        int tasks = trials[0].Tasks.Length;
        MethodSummary[] methods = [.. summary.Where(method => method.Method != lower && method.Method != upper).OrderByDescending(method => method.Accuracy.Mean)];
        List<string> clauses = [.. methods.Take(MostClauses).Select((method, rank) => Clause(method, rank == 0 ? tasks : null, saysSeeds: rank == 0 || method.N != methods[0].N))];
        if (methods.Length > MostClauses) clauses.Add(Rest(methods[MostClauses..]));
        if (methods.Length == 0) clauses.Add(BoundsOnly(trials, summary, tasks, lower, upper));
        if (methods.Length >= 2 && PairedDifference.Of(trials, methods[0].Method, methods[1].Method) is { } lead) clauses.Add(Lead(methods[0].Method, lead));
        return string.Join("; ", clauses) + "." + OneSeedNote(summary);
    }

    private static string Clause(MethodSummary method, int? tasks, bool saysSeeds)
    {
        PairedDifference?[] differences = [method.AgainstLowerBound, method.AgainstUpperBound];
        string[] parts = [.. differences.OfType<PairedDifference>().Select(Difference)];
        string seeds = $" ({method.N} {Plural("seed", method.N)}{(parts.Length > 0 && method.N > 1 ? ", paired difference" : "")})";
        return $"{Keeps(method)}{(tasks is { } count ? Over(count) : "")}{(parts.Length > 0 ? ": " + string.Join(" and ", parts) : "")}{(saysSeeds ? seeds : "")}";
    }

    private static string Rest(MethodSummary[] methods) => methods.Length == 1
        ? Keeps(methods[0])
        : $"the other {methods.Length} methods keep {100 * methods[^1].Accuracy.Mean:0.0} to {100 * methods[0].Accuracy.Mean:0.0} %";

    private static string BoundsOnly(IReadOnlyList<RunResult> trials, IReadOnlyList<MethodSummary> summary, int tasks, string? lower, string? upper)
    {
        string kept = string.Join(", ", summary.Select((method, index) => Keeps(method) + (index == 0 ? Over(tasks) : "")));
        if (lower is null || upper is null || PairedDifference.Of(trials, upper, lower) is not { } gap) return kept;
        return gap is { IsClear: true, Mean: > 0 }
            ? $"{kept}; {Points(gap.Mean)} points are there to be saved from forgetting"
            : $"{kept}; {Difference(gap)}, so there is nothing to be saved from forgetting";
    }

    private static string Lead(string first, PairedDifference lead) => lead.IsClear
        ? $"{first} leads {lead.Other} by {Points(lead.Mean)} points"
        : $"no clear difference between {first} and {lead.Other}{Uncertain(lead)}";

    private static string Keeps(MethodSummary method) => $"{method.Method} keeps {Percent(method.Accuracy)} %";

    private static string Over(int tasks) => tasks == 1 ? " of its one task" : $" on average over {tasks} tasks";

    private static string Difference(PairedDifference difference) => difference.IsClear
        ? $"{Points(difference.Mean)} points {(difference.Mean > 0 ? "above" : "below")} {difference.Other}"
        : $"no clear difference from {difference.Other}{Uncertain(difference)}";

    private static string Uncertain(PairedDifference difference) =>
        difference.StandardError is { } error ? $" ({100 * difference.Mean:+0.0;-0.0;0.0} ± {100 * error:0.0} points)" : "";

    private static string OneSeedNote(IReadOnlyList<MethodSummary> summary) =>
        summary.Count > 1 && summary.All(method => method.N == 1) ? " One seed shows no noise: repeat with more seeds before trusting a difference." : "";

    private static string Percent(SampleStatistics accuracy) =>
        accuracy.StandardError is { } error ? $"{100 * accuracy.Mean:0.0} ± {100 * error:0.0}" : $"{100 * accuracy.Mean:0.0}";

    private static string Points(double difference) => $"{100 * Math.Abs(difference):0.0}";

    private static string Plural(string word, int count) => count == 1 ? word : word + "s";
}
