namespace Engram.Reports.Learner;

/// <summary>What is taken for what, with pictures where the learner sees pictures.</summary>
internal static class ConfusionTables
{
    private const int MostPairs = 10, MostPictured = 5;

    /// <summary>The section; empty where nothing is held out.</summary>
    public static string Section(LearnerAnswers answers)
    {
        if (answers.Samples == 0) return "";
        if (answers.Wrong == 0) return Html.Section("What is taken for what", Html.Paragraph($"Nothing is: all {answers.Samples:#,0} held-out samples are answered rightly."));
        int rest = answers.Pairs.Skip(MostPairs).Sum(pair => pair.Count);
        return Html.Section("What is taken for what",
            Html.Paragraph($"{LearnerWords.Count(answers.Wrong, "sample")} of {answers.Samples:#,0} held out {(answers.Wrong == 1 ? "is" : "are")} answered wrongly; the most frequent mistakes:"),
            Html.Table("Most confused pairs", ["is", "taken for", "times", "of held out", "share, %"], answers.Pairs.Take(MostPairs).Select(pair => new[]
            {
                $"<span class=\"label\">{Html.Text(Words.Short(pair.Truth))}</span>", Html.List(Words.Short(pair.Answer)), $"{pair.Count:#,0}", $"{pair.Held:#,0}", Words.Percent(pair.Count / (double)pair.Held),
            })),
            rest > 0 ? Html.Note($"{LearnerWords.Count(rest, "sample")} more in {LearnerWords.Count(answers.Pairs.Count - MostPairs, "pair")} that are rarer.") : "",
            answers.Shape.Count == 3 ? Pictures(answers) : "");
    }

    private static string Pictures(LearnerAnswers answers)
    {
        ConfusedPair[] pairs = [.. answers.Pairs.Where(pair => pair.Examples.Count > 0).Take(MostPictured)];
        return pairs.Length == 0 ? "" : $"<h3>Some of them, as the learner sees them</h3>\n<div class=\"gallery pairs\">{string.Concat(pairs.Select(pair => Figure(pair, answers.Shape)))}</div>\n";
    }

    private static string Figure(ConfusedPair pair, IReadOnlyList<long> shape)
    {
        string alt = $"{LearnerWords.Count(pair.Examples.Count, "picture")} of {Words.Short(pair.Truth)} answered as {Words.Short(pair.Answer)}";
        string images = string.Concat(pair.Examples.Select((example, i) => $"<img alt=\"{(i == 0 ? Html.Text(alt) : "")}\" src=\"data:image/png;base64,{Convert.ToBase64String(SamplePng.Of(example, shape))}\">"));
        return $"<figure><figcaption>{Html.Text(Words.Short(pair.Truth))}, taken for {Html.Text(Words.Short(pair.Answer))}</figcaption>{images}</figure>\n";
    }
}
