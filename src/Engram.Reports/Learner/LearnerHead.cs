using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>The head of a learner's page: what answers now, how well, and what it is made of.</summary>
/// <param name="history">Everything that became of the learner.</param>
/// <param name="classes">Names of the classes that the current version knows.</param>
internal sealed class LearnerHead(LearnerHistory history, IReadOnlyList<string> classes)
{
    private const int MostClasses = 8;

    private readonly PastVersion? current = history.Versions.FirstOrDefault(version => version.Number == history.Current);

    /// <summary>Name of the learner.</summary>
    public string Title => LearnerWords.NameOf(history.Address);

    /// <summary>What answers now, how well it knows what it knows, and a lesson that was stopped.</summary>
    public IEnumerable<string> Lead()
    {
        if (current is null) yield return "No version answers yet: the gate has let none through.";
        else
        {
            yield return $"Version {current.Number} has answered since {LearnerWords.Time(LearnerWords.AnswersSince(history))}. It knows {LearnerWords.Count(classes.Count, "class")}: {Classes()}.";
            yield return HowWell(current);
        }
        if (history.Unfinished is { } unfinished) yield return $"Lesson '{Quote.Of(unfinished)}' was stopped before it was learned; the same 'engram learn' goes on where it stopped.";
    }

    /// <summary>Short facts.</summary>
    public IEnumerable<string> Facts() =>
        [$"method {history.Method}", history.Inputs, LearnerWords.Count(history.Lessons.Count, "lesson"), LearnerWords.Count(history.Versions.Count, "version"), $"keeps {history.Options.Keep.ToString().ToLowerInvariant()}", Words.Bytes(history.Bytes)];

    /// <summary>The numbers that are read first.</summary>
    public string Tiles()
    {
        if (current is null || Judged(current).Length == 0) return "";
        KeyValuePair<int, LessonAccuracy>[] judged = Judged(current);
        (string Name, double Share) least = judged.Select(one => (LessonName(one.Key), one.Value.Share)).MinBy(one => one.Share);
        double[] changes = [.. judged.Select(one => (one.Value.Share, First: FirstOf(one.Key))).Where(pair => pair.First is not null).Select(pair => pair.Share - pair.First.GetValueOrDefault())];
        return Html.Tiles(
        [
            ("Accuracy", Words.Percent(judged.Average(one => one.Value.Share)), "%", $"mean over {LearnerWords.Count(judged.Length, "lesson")}"),
            ("All held-out samples", Words.Percent(LearnerWords.Overall(current) ?? 0), "%", $"of {judged.Sum(one => one.Value.Samples):#,0} answered rightly"),
            ("Least known lesson", Words.Percent(least.Share), "%", Words.Short(least.Name)),
            .. changes.Length == 0 ? [] : new[] { ("Since learned", Words.Points(changes.Average()), "points", "mean change of earlier lessons") },
        ]);
    }

    /// <summary>Method and inputs with the reasons for which they were chosen.</summary>
    public string MadeOf() => Html.Paragraph($"Method {history.Method} on {history.Inputs}. {(history.Choices.Count == 0 ? "That was said when it was made." : "")}")
        + (history.Choices.Count == 0 ? "" : $"<ul class=\"reasons\">\n{string.Concat(history.Choices.Select(choice => $"<li>{Html.Sentence(choice)}</li>\n"))}</ul>\n");

    private static KeyValuePair<int, LessonAccuracy>[] Judged(PastVersion version) => [.. version.Row.Where(one => one.Value.Samples > 0).OrderBy(one => one.Key)];

    private string HowWell(PastVersion version)
    {
        KeyValuePair<int, LessonAccuracy>[] judged = Judged(version);
        if (judged.Length == 0) return "No held-out samples are kept, so nobody can say how well it knows them.";
        string mean = $"It answers {Words.Percent(judged.Average(one => one.Value.Share))} % of held-out samples rightly";
        if (judged.Length == 1) return $"{mean} ({LearnerWords.Count(judged[0].Value.Samples, "sample")} of lesson '{Words.Short(LessonName(judged[0].Key))}').";
        var least = judged.MinBy(one => one.Value.Share);
        return $"{mean}, as a mean over {LearnerWords.Count(judged.Length, "lesson")}; the one it knows least is '{Words.Short(LessonName(least.Key))}' with {Words.Percent(least.Value.Share)} %.";
    }

    // Accuracy on a lesson right after it was learned; null for the lesson that made the current version.
    private double? FirstOf(int lesson) => LearnerWords.MakerOf(history, lesson) is { } maker && maker.Number != history.Current && maker.Row.TryGetValue(lesson, out LessonAccuracy first) && first.Samples > 0 ? first.Share : null;

    private string LessonName(int number) => history.Lessons.FirstOrDefault(lesson => lesson.Number == number)?.Name ?? $"{number}";

    private string Classes() => classes.Count <= MostClasses ? string.Join(", ", classes.Select(Words.Short))
        : $"{string.Join(", ", classes.Take(MostClasses - 1).Select(Words.Short))} and {classes.Count - MostClasses + 1} more";
}
