namespace Engram.TaskOrder;

/// <summary>The plain sentences that a study of affinities ends with.</summary>
internal static class AffinityVerdict
{
    public static IReadOnlyList<string> Of(AffinityStudy study)
    {
        List<string> sentences = [];
        Transfer[] single = [.. study.Transfers.Where(one => one.Sources.Length == 1 && one.Sources[0] != one.Target && one.Gain is not null)];
        if (single.Length > 0)
        {
            Transfer best = single.MaxBy(one => one.Gain)!, worst = single.MinBy(one => one.Gain)!;
            sentences.Add($"{Name(study, best.Sources[0])} helps {Name(study, best.Target)} most: {study.Samples} samples on its frozen encoder go {Share(best)} of the way from a random encoder to full training.");
            if (worst != best) sentences.Add($"{Name(study, worst.Sources[0])} helps {Name(study, worst.Target)} least ({Share(worst)}{(worst.Gain < 0 ? ": worse than a random encoder" : "")}).");
        }
        string[] useless = [.. Enumerable.Range(0, study.Tasks.Length).Where(task => study.Gains.All(row => row[task] is null)).Select(task => Name(study, task))];
        if (useless.Length > 0) sentences.Add($"For {string.Join(", ", useless)} full training is no better than a random encoder with few samples, so no source can show a gain.");
        if (study.Chosen() is { } chosen)
            sentences.Add($"With labels for {chosen.Tasks.Length} of {study.Tasks.Length} tasks, take {string.Join(", ", chosen.Tasks.Select(task => Name(study, task)))}: the others are read out from these.");
        string[] harmed = [.. (study.Chosen()?.Edges ?? []).Where(edge => GainOf(study, edge) < 0).Select(edge => Name(study, edge.Target))];
        if (harmed.Length > 0) sentences.Add($"None of them helps {string.Join(" and ", harmed)}, where a random encoder serves better: give {(harmed.Length == 1 ? "it" : "them")} labels too, or an encoder of {(harmed.Length == 1 ? "its" : "their")} own.");
        return sentences;
    }

    private static string Name(AffinityStudy study, int task) => $"'{study.Tasks[task]}'";

    private static double? GainOf(AffinityStudy study, TransferEdge edge) => study.Transfers.Single(one => one.Target == edge.Target && one.Sources.SequenceEqual(edge.Sources)).Gain;

    private static string Share(Transfer transfer) => $"{100 * transfer.Gain:0;−0;0} %";
}
