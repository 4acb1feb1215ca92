using Engram.Durable;
using Engram.Durable.Gate;
using Engram.Reports;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>The past of a learner on a terminal: a row for each version, a column for each lesson.</summary>
internal static class HistorySummary
{
    private const int LongestName = 24, CellWidth = 6, WidthBefore = 52;

    public static void Write(IAnsiConsole console, LearnerHistory history)
    {
        console.WriteLine($"{history.Address}: {history.Method} on {history.Inputs}, {history.Classes.Count(one => one.IsKnown)} classes, {Words.Bytes(history.Bytes)}, keeps {history.Options.Keep.ToString().ToLowerInvariant()}");
        console.WriteLine();
        int room = Math.Max(1, (console.Profile.Width - WidthBefore) / CellWidth);
        PastLesson[] columns = [.. history.Lessons.Where(lesson => lesson.Forgotten is null).TakeLast(room)];
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("", gap: 1));
        table.AddColumn(Look.Column("version", Justify.Right));
        table.AddColumn(Look.Column("made by"));
        table.AddColumn(Look.Column("on"));
        foreach (PastLesson lesson in columns) table.AddColumn(Look.Column($"{lesson.Number}", Justify.Right, gap: 1));
        table.AddColumn(Look.Column(" gate", gap: 0));
        foreach (PastVersion version in history.Versions)
        {
            Style style = version.Removed is not null || version.Promoted is null ? Look.Faint : version.Number == history.Current ? Look.Bold : Style.Plain;
            table.AddRow([
                new Text(version.Number == history.Current ? ">" : " ", Look.Bold), new Text($"{version.Number}", style), new Text(Quote.Of(version.Lesson ?? version.Made ?? "", LongestName), style), new Text($"{version.Created:yyyy-MM-dd}", Look.Faint),
                .. columns.Select(lesson => new Text(version.Row.TryGetValue(lesson.Number, out LessonAccuracy row) && row.Samples > 0 ? Figures.Percent(row.Share) : "", style)),
                new Text(" " + GateOf(version), version.Verdict.Outcome == GateOutcome.Failed ? Look.Lost : Look.Faint),
            ]);
        }
        console.WriteFaint($"Accuracy in % on the held-out samples of lessons {(columns.Length == 0 ? "" : $"{columns[0].Number} to {columns[^1].Number}")}; '>' answers now");
        console.Write(table);
        console.WriteLine();
        Table lessons = Look.NewTable();
        foreach (string name in new[] { "lesson", "name", "classes", "source" }) lessons.AddColumn(Look.Column(name, name == "lesson" ? Justify.Right : Justify.Left));
        foreach (PastLesson lesson in history.Lessons)
            lessons.AddRow(new Text($"{lesson.Number}"), new Text(Quote.Of(lesson.Name, LongestName) + (lesson.Forgotten is null ? "" : " (forgotten)"), lesson.Forgotten is null ? Style.Plain : Look.Faint),
                new Text(Listed([.. lesson.Classes.Select(one => $"{Quote.Of(one.Name, 20)} {one.Samples}")]), Look.Faint), new Text(Quote.Of(lesson.Source, 40), Look.Faint));
        console.Write(lessons);
        if (history.Unfinished is { } unfinished) console.WriteLine($"Lesson '{Quote.Of(unfinished)}' was stopped; the same 'engram learn' goes on.");
    }

    private static string Listed(string[] names) => names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names[..4])} and {names.Length - 4} more";

    private static string GateOf(PastVersion version) => (version.Verdict.Outcome, version.Promoted) switch
    {
        (GateOutcome.Failed, null) => "refused",
        (GateOutcome.Failed, _) => "refused, promoted by hand",
        (GateOutcome.CannotTell, null) => "refused in doubt",
        (GateOutcome.CannotTell, _) => "in doubt",
        (GateOutcome.Passed, _) => "passed",
        _ => "",
    } + (version.Removed is null ? "" : ", state removed");
}
