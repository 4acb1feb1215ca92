using Engram.Durable;
using SkiaSharp;

namespace Engram.Reports.Learner;

/// <summary>What each version knows of each lesson. Many lessons and versions are thinned to the newest, beside a picture of all.</summary>
internal static class VersionMatrix
{
    private const int MostLessons = 12, NewestLessons = 8, MostVersions = 24, NewestVersions = 16, Shades = 20;

    // How a share becomes a cell.
    private delegate string CellOf(double accuracy, Func<double, string> number, bool isJustLearned);

    /// <summary>The section.</summary>
    /// <param name="history">Everything that became of the learner.</param>
    /// <param name="hasRules">Whether the page has <see cref="MatrixTable.HeatRules"/>, so that no cell carries a style of its own.</param>
    public static string Section(LearnerHistory history, bool hasRules = false)
    {
        if (!history.Versions.Any(version => version.Row.Values.Any(one => one.Samples > 0)))
            return Html.Section("What each version knew", Html.Paragraph("No held-out samples are kept, so no version could be asked."));
        PastLesson[] there = [.. history.Lessons.Where(lesson => lesson.Forgotten is null)];
        PastLesson[] shown = history.Lessons.Count <= MostLessons ? [.. history.Lessons] : [.. there.TakeLast(NewestLessons)];
        PastLesson[] older = [.. there.Except(shown)];
        PastVersion[] versions = history.Versions.Count <= MostVersions ? [.. history.Versions] : [.. history.Versions.TakeLast(NewestVersions)];
        if (history.Versions.SkipLast(versions.Length).FirstOrDefault(version => version.Number == history.Current) is { } current) versions = [current, .. versions.Skip(1)];
        bool isWhole = older.Length == 0 && versions.Length == history.Versions.Count;
        return Html.Section("What each version knew",
            isWhole ? "" : Overview(history, there),
            Table(history, versions, shown, older, hasRules ? MatrixTable.ClassedCell : MatrixTable.Cell),
            Html.Note("Accuracy in per cent on the held-out samples of each lesson: a row for each version, a column for each lesson. The outlined cell is the lesson that made the version; read down a column to see what became of a lesson. Darker is better, on a dark page brighter."
                + (versions.Any(version => version.Removed is not null) ? " Faint versions are in the history only: their state was removed." : "")
                + (isWhole ? "" : $" The table shows {(older.Length > 0 ? $"the newest {shown.Length} lessons, and the {older.Length} older ones together" : "all lessons")}{(versions.Length < history.Versions.Count ? $", and {versions.Length} of {history.Versions.Count} versions" : "")}; 'engram history --json' has every number.")));
    }

    private static string Table(LearnerHistory history, PastVersion[] versions, PastLesson[] shown, PastLesson[] older, CellOf cell)
    {
        string together = older.Length == 0 ? "" : $"<th scope=\"col\">{LearnerWords.Count(older.Length, "older lesson")} together</th>";
        return $"""
            <div class="scroll" tabindex="0" role="group" aria-label="Accuracy of versions on lessons"><table class="matrix heat versions">
            <thead><tr><th scope="col">version</th>{together}{string.Concat(shown.Select(lesson => Head(lesson, versions)))}<th scope="col" class="mean">all held out</th></tr></thead>
            <tbody>
            {string.Concat(versions.Select(version => Row(history, version, shown, older, cell)))}</tbody></table></div>

            """;
    }

    private static string Head(PastLesson lesson, PastVersion[] versions)
    {
        int held = lesson.Held > 0 ? lesson.Held : versions.Select(version => version.Row.GetValueOrDefault(lesson.Number).Samples).DefaultIfEmpty().Max();
        string name = $"{lesson.Number}. {Html.Text(Words.Short(lesson.Name))}";
        return lesson.Forgotten is { } when ? $"<th scope=\"col\" class=\"forgotten\"><s>{name}</s><br><small>forgotten <span class=\"day\">{LearnerWords.Day(when)}</span></small></th>" : $"<th scope=\"col\">{name}<br><small>{held:#,0} held out</small></th>";
    }

    private static string Row(LearnerHistory history, PastVersion version, PastLesson[] shown, PastLesson[] older, CellOf cell)
    {
        bool isCurrent = version.Number == history.Current;
        string[] facts = [.. new[] { LearnerWords.Day(version.Created), LearnerWords.Fate(version), version.Removed is null ? "" : "state removed" }.Where(fact => fact.Length > 0)];
        string style = isCurrent ? " class=\"current\"" : version.Removed is not null ? " class=\"faint\"" : "";
        string together = older.Length == 0 ? "" : Cell(Sum(older.Select(lesson => version.Row.GetValueOrDefault(lesson.Number))), isJustLearned: false, cell);
        string cells = string.Concat(shown.Select(lesson => Cell(version.Row.GetValueOrDefault(lesson.Number), isJustLearned: lesson.Name == version.Lesson, cell)));
        string overall = LearnerWords.Overall(version) is { } share ? Words.Percent(share) : "";
        return $"<tr{style}><th scope=\"row\"{(isCurrent ? " aria-current=\"true\"" : "")}>{version.Number}. {Html.Text(Words.Short(LearnerWords.Origin(version)))}{(isCurrent ? " <strong class=\"badge\">answers now</strong>" : "")}<br><small>{Html.Text(string.Join(", ", facts))}</small></th>{together}{cells}<td class=\"mean\">{overall}</td></tr>\n";
    }

    private static LessonAccuracy Sum(IEnumerable<LessonAccuracy> lessons)
    {
        LessonAccuracy[] all = [.. lessons];
        return new(all.Sum(one => one.Samples), all.Sum(one => one.Right));
    }

    private static string Cell(LessonAccuracy accuracy, bool isJustLearned, CellOf cell) => accuracy.Samples == 0 ? "<td></td>" : cell(accuracy.Share, Words.Percent, isJustLearned);

    // One pixel for each version and lesson, drawn for light and for dark; few shades keep it small.
    private static string Overview(LearnerHistory history, PastLesson[] lessons)
    {
        PastVersion[] versions = [.. history.Versions];
        string alt = $"Accuracy of {versions.Length} versions, from above, on {lessons.Length} lessons, from the left";
        string Picture(string cssClass, Func<double, string> heat) => $"<img class=\"{cssClass}\" alt=\"{Html.Text(alt)}\" src=\"data:image/png;base64,{Convert.ToBase64String(SamplePng.Of(lessons.Length, versions.Length, (x, y) =>
            versions[y].Row.GetValueOrDefault(lessons[x].Number) is { Samples: > 0 } one ? SKColor.Parse(heat(Math.Round(one.Share * Shades) / Shades)) : SKColors.Transparent))}\">";
        return $"<figure class=\"overview\">{Picture("onlight", Palette.Heat)}{Picture("ondark", Palette.HeatOnDark)}<figcaption class=\"note\">{Html.Text(alt)}; a point for each pair.</figcaption></figure>\n";
    }
}
