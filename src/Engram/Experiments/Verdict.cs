using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>The plain sentences that a comparison ends with. Only what is more than chance is called a difference.</summary>
internal static class Verdict
{
    private const int MostSentences = 4, EnoughSeeds = 5;

    /// <param name="summary">One per method.</param>
    /// <param name="lower">Id of the method that marks the lower bound, if it took part.</param>
    /// <param name="upper">Id of the method that marks the upper bound, if it took part.</param>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="differences">Every difference that is judged, with the method that it is seen from.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<MethodSummary> summary, string? lower, string? upper, int tasks, IReadOnlyList<(string Method, PairedDifference Difference)> differences)
    {
        MethodSummary[] methods = [.. summary.Where(method => method.Method != lower && method.Method != upper).OrderByDescending(method => method.Accuracy.Mean)];
        List<string> sentences = [.. methods.Take(MostSentences).Select((method, rank) => Sentence(method, rank == 0 ? tasks : null, saysSeeds: rank == 0 || method.N != methods[0].N))];
        if (methods.Length > MostSentences) sentences.Add(Rest(methods[MostSentences..]));
        if (methods.Length == 0) sentences.AddRange(BoundsOnly(summary, tasks, lower, upper));
        if (methods is [{ AgainstNext: { } lead }, ..]) sentences.Add(lead.IsClear ? $"{methods[0].Method} leads {lead.Other} by {Wording.Size(lead.Mean)} points{Evidence(lead)}." : $"{Unclear(lead, $"between {methods[0].Method} and {lead.Other}")}.");
        return [.. sentences, .. Judged(differences)];
    }

    private static string Sentence(MethodSummary method, int? tasks, bool saysSeeds)
    {
        PairedDifference[] differences = [.. new[] { method.AgainstLowerBound, method.AgainstUpperBound }.OfType<PairedDifference>()];
        string[] parts = differences.Length > 1 && differences.All(IsDrownedInNoise)
            ? [$"nothing can be said about differences from {string.Join(" and ", differences.Select(difference => difference.Other))}"]
            : [.. differences.Select(Difference)];
        return $"{Keeps(method)}{(tasks is { } count ? Over(count) : "")}{(saysSeeds ? $" ({Wording.Count(method.N, "seed")})" : "")}{(parts.Length > 0 ? ": " + string.Join(" and ", parts) : "")}.";
    }

    private static string Rest(MethodSummary[] methods) => methods.Length == 1
        ? $"{Keeps(methods[0])}."
        : $"The other {methods.Length} methods keep {Wording.Points(methods[^1].Accuracy.Mean)} to {Wording.Points(methods[0].Accuracy.Mean)} %.";

    private static IEnumerable<string> BoundsOnly(IReadOnlyList<MethodSummary> summary, int tasks, string? lower, string? upper)
    {
        yield return $"{string.Join(", ", summary.Select((method, index) => Keeps(method) + (index == 0 ? Over(tasks) : "")))}.";
        if (lower is null || summary.FirstOrDefault(method => method.Method == upper)?.AgainstLowerBound is not { } gap) yield break;
        yield return gap switch
        {
            { IsClear: true, Mean: > 0 } => $"{Wording.Size(gap.Mean)} points are there to be saved from forgetting{Evidence(gap)}.",
            { IsClear: true } => $"{upper} is {Difference(gap)}: there is nothing to be saved from forgetting.",
            { P: null } => $"{upper} is {Difference(gap)}.",
            { Test.SaysNothing: true } => $"{Unclear(gap, $"between {upper} and {lower}")}.",
            _ => $"{Unclear(gap, $"between {upper} and {lower}")}, so nothing shows that there is anything to be saved from forgetting.",
        };
    }

    // How it was judged, and with how many seeds it could have been.
    private static IEnumerable<string> Judged(IReadOnlyList<(string Method, PairedDifference Difference)> differences)
    {
        if (differences.Count == 0) yield break;
        PairedDifference[] tested = [.. differences.Select(one => one.Difference).Where(difference => difference.P is not null)];
        if (tested.Length == 0)
        {
            yield return differences.All(one => one.Difference.Seeds == 1)
                ? $"One seed shows no noise, so nothing can be said about differences: {EnoughSeeds} seeds would do."
                : $"The seeds show no noise, so nothing can be said about differences: more test samples and {EnoughSeeds} seeds or more would do.";
            yield break;
        }
        int fewest = tested.Min(difference => difference.Seeds), most = tested.Max(difference => difference.Seeds);
        yield return $"Paired over {(fewest == most ? $"the {most}" : $"{fewest} to {most}")} seeds that both have; Student's t, {(tested.Length == 1 ? "interval of 95 %" : $"p and intervals corrected for {tested.Length} differences (Holm)")}.";
        var unclear = differences.Where(one => one.Difference is { IsClear: false, P: not null }).Select(one => (one.Method, one.Difference, Needed: one.Difference.Test.SeedsNeeded())).Where(one => one.Needed > one.Difference.Seeds).OrderBy(one => one.Needed).ToArray();
        if (unclear.Length > 0) yield return $"If the difference between {unclear[0].Method} and {unclear[0].Difference.Other} is as large as it looks, about {unclear[0].Needed} seeds would show it.";
    }

    private static string Keeps(MethodSummary method) => $"{method.Method} keeps {Wording.Percent(method.Accuracy)} %";

    private static string Over(int tasks) => tasks == 1 ? " of its one task" : $" on average over {tasks} tasks";

    private static bool IsDrownedInNoise(PairedDifference difference) => difference is { P: not null, Test.SaysNothing: true };

    private static string Difference(PairedDifference difference) => difference.IsClear || difference.P is null
        ? difference.Mean == 0 ? $"level with {difference.Other}" : $"{Wording.Size(difference.Mean)} points {(difference.Mean > 0 ? "above" : "below")} {difference.Other}{(difference is { P: null, Seeds: > 1 } ? " (in every seed alike, so that the noise is unknown)" : Evidence(difference))}"
        : Unclear(difference, $"from {difference.Other}", inSentence: true);

    private static string Unclear(PairedDifference difference, string where, bool inSentence = false) =>
        difference.Test.SaysNothing ? $"{(inSentence ? "n" : "N")}othing can be said about a difference {where}" : $"{(inSentence ? "n" : "N")}o clear difference {where} ({Wording.Signed(difference.Mean)} points, {Wording.Evidence(difference.Test, Wording.Signed)})";

    // The interval of a size runs in its direction.
    private static string Evidence(PairedDifference difference) =>
        Wording.Evidence(difference.Mean < 0 ? difference.Test with { Mean = -difference.Mean } : difference.Test, Wording.Points) is { } evidence ? $" ({evidence})" : "";
}
