using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>What of the lessons is kept, and how much room the learner takes.</summary>
internal static class KeptTables
{
    private const int Most = 24;

    /// <summary>The section.</summary>
    public static string Section(LearnerHistory history)
    {
        PastLesson[] newest = [.. history.Lessons.Reverse()];
        int there = history.Versions.Count(version => version.Removed is null);
        return Html.Section("What is kept",
            Html.Paragraph($"The learner takes {Words.Bytes(history.Bytes)}: {history.Lessons.Sum(lesson => lesson.Held):#,0} held-out samples, {LearnerWords.Count(history.Lessons.Sum(lesson => lesson.Kept), "sample")} of those learned from, "
                + $"and the state of {(there == history.Versions.Count ? LearnerWords.Count(there, "version") : $"{there} of {LearnerWords.Count(history.Versions.Count, "version")}")}. It {Keeps(history.Options.Keep)}."),
            Table(newest.Take(Most)), newest.Length > Most ? Html.Folded($"The older {newest.Length - Most}", Table(newest.Skip(Most))) : "");
    }

    private static string Keeps(Keep keep) => keep switch
    {
        Keep.Features => "keeps samples as it sees them",
        Keep.Tests => "keeps held-out samples alone",
        _ => "keeps no samples",
    };

    private static string Table(IEnumerable<PastLesson> lessons) => Html.Table("Lessons", ["lesson", "learned", "samples", "of them kept", "held out", "of them kept", "classes", "source"], lessons.Select(lesson => new[]
    {
        $"<span class=\"label\">{lesson.Number}. {Html.Text(Words.Short(lesson.Name))}{(lesson.Forgotten is { } when ? $" <small>forgotten {LearnerWords.Day(when)}</small>" : "")}</span>",
        LearnerWords.Day(lesson.Learned), $"{lesson.Samples:#,0}", $"{lesson.Kept:#,0}", $"{lesson.Tested:#,0}", $"{lesson.Held:#,0}", Html.List(Listed(lesson.Classes)), Html.List(lesson.Source),
    }));

    private static string Listed(IReadOnlyList<LessonClass> classes) => classes.Count <= 6 ? string.Join(", ", classes.Select(one => $"{Words.Short(one.Name)} {one.Samples}"))
        : $"{string.Join(", ", classes.Take(5).Select(one => $"{Words.Short(one.Name)} {one.Samples}"))} and {classes.Count - 5} more";
}
