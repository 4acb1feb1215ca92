using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>The plain sentences that a study of affinities ends with. Only what is more than chance is called help or harm.</summary>
internal static class AffinityVerdict
{
    public static IReadOnlyList<string> Of(AffinityStudy study)
    {
        Transfer[] tested = [.. study.Transfers.Where(one => one.P is not null)], clear = [.. tested.Where(one => one.IsClear)];
        List<string> sentences = [.. tested.Length == 0 ? [TooFew(study)] : clear.Length == 0 ? [Nothing(study, tested.Length)] : Headlines(study, clear, tested.Length)];
        string[] useless = [.. Enumerable.Range(0, study.Tasks.Length).Where(task => study.Gains.All(row => row[task] is null)).Select(task => Name(study, task))];
        if (useless.Length > 0) sentences.Add($"For {string.Join(", ", useless)} full training is not clearly better than a random encoder with few samples, so no source can show a gain.");
        if (study.SupportsChoice()) sentences.AddRange(Choice(study, study.Chosen()!));
        return sentences;
    }

    private static string TooFew(AffinityStudy study) => study.Seeds.Length == 1
        ? "One seed cannot tell a gain from noise, so nothing can be said about which task helps which: use --seeds 3 or more."
        : "Seeds that all say the same cannot tell a gain from noise, so nothing can be said about which task helps which.";

    private static string Nothing(AffinityStudy study, int tested) =>
        $"No gain or loss is more than chance explains ({Wording.Count(study.Seeds.Length, "seed")}, {Wording.Count(tested, "transfer")}, corrected for all of them), so nothing can be said about which task helps which: train longer, or use more seeds.";

    private static IEnumerable<string> Headlines(AffinityStudy study, Transfer[] clear, int tested)
    {
        Transfer[] single = [.. clear.Where(one => one.Sources.Length == 1)];
        if (single.Where(one => one.Gain > 0).MaxBy(one => one.Gain) is { } best)
            yield return $"{Name(study, best.Sources[0])} helps {Name(study, best.Target)}: {study.Samples} samples on its frozen encoder go {Share(best.Gain)} % of the way from a random encoder to full training ({Evidence(best)}), the largest gain that is more than chance.";
        if (single.Where(one => one.Gain < 0).MinBy(one => one.Gain) is { } worst)
            yield return $"{Name(study, worst.Sources[0])} harms {Name(study, worst.Target)}: its encoder serves worse than a random one by {Share(-worst.Gain)} % of that way (gain {Evidence(worst)}), the largest loss that is more than chance.";
        yield return $"{clear.Length} of {Wording.Count(tested, "transfer")} are more than chance over {Wording.Count(study.Seeds.Length, "seed")}; p and intervals are corrected for all of them (Holm), and the noise is that of all read-outs of a task together.";
    }

    private static IEnumerable<string> Choice(AffinityStudy study, Supervision chosen)
    {
        Transfer[] readOut = [.. chosen.Edges.Where(edge => !chosen.Tasks.Contains(edge.Target)).Select(edge => study.TransferOf(edge.Target, edge.Sources))];
        yield return $"With labels for {chosen.Tasks.Length} of {study.Tasks.Length} tasks, the largest sum of affinities is that of {string.Join(", ", chosen.Tasks.Select(task => Name(study, task)))}: the others are read out from these.";
        string[] harmed = [.. readOut.Where(one => one is { IsClear: true, Gain: < 0 }).Select(one => Name(study, one.Target))], unclear = [.. readOut.Where(one => !one.IsClear).Select(one => Name(study, one.Target))];
        if (harmed.Length > 0) yield return $"None of them helps {string.Join(" and ", harmed)}, where a random encoder serves better: give {(harmed.Length == 1 ? "it" : "them")} labels too, or an encoder of {(harmed.Length == 1 ? "its" : "their")} own.";
        if (unclear.Length > 0) yield return $"Whether they help {string.Join(" and ", unclear)} is not clear.";
    }

    private static string Name(AffinityStudy study, int task) => $"'{study.Tasks[task]}'";

    private static string Evidence(Transfer transfer) => $"{Share(transfer.GainLow)} to {Share(transfer.GainHigh)} %, {Wording.Probability(transfer.P!.Value)}";

    private static string Share(double? gain) => $"{100 * gain:0;−0;0}";
}
