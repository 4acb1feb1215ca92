using Engram.Durable;
using Engram.Durable.Gate;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a lesson did: one table of what was known, and one sentence.</summary>
internal static class LessonSummary
{
    private const int LongestName = 28;

    public static void Write(IAnsiConsole console, Lesson lesson, IReadOnlyList<string> choices, LearnerHistory history)
    {
        foreach (string choice in choices) console.WriteLine(choice);
        if (choices.Count > 0) console.WriteLine();
        if (lesson.WasLearned) console.WriteLine($"These data were learned before, as lesson {lesson.Number} '{Quote.Of(lesson.Name)}' (version {lesson.Version}); nothing was done.");
        else console.WriteLine($"Lesson {lesson.Number} '{Quote.Of(lesson.Name)}': {Figures.Count(lesson.Samples)} samples learned in {lesson.Seconds:0.0} s, {Figures.Count(lesson.Tested)} held out{(lesson.NewClasses.Count == 0 ? "" : $"; new: {string.Join(", ", lesson.NewClasses.Take(8).Select(name => Quote.Of(name, LongestName)))}{(lesson.NewClasses.Count > 8 ? ", ..." : "")}")}");
        foreach (string remark in lesson.Remarks) console.WriteFaint(remark);
        console.WriteLine();
        WriteGroups(console, lesson.Verdict, lesson.Before);
        console.WriteLine();
        console.Write(new Text(lesson.Verdict.Sentence + "\n", Look.Bold));
        console.WriteLine(lesson.Promoted ? $"Version {lesson.Version} answers now ({history.Classes.Count(one => one.IsKnown)} classes, {Reports.Words.Bytes(history.Bytes)})."
            : $"Version {lesson.Version} is kept as a candidate; version {history.Current} still answers. 'engram promote {history.Address} {lesson.Version} --reason ...' lets it through.");
    }

    /// <summary>Lessons before and after, with the interval of the change; of classes, those that are not shown to be well.</summary>
    public static void WriteGroups(IAnsiConsole console, GateVerdict verdict, double? newBefore)
    {
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("held out"));
        table.AddColumn(Look.Column("samples", Justify.Right));
        table.AddColumn(Look.Column("before", Justify.Right));
        table.AddColumn(Look.Column("after", Justify.Right));
        table.AddColumn(Look.Column("change", Justify.Right));
        table.AddColumn(Look.Column("interval", Justify.Right));
        table.AddColumn(Look.Column("", gap: 0));
        foreach (GateGroup group in verdict.Groups.Where(IsShown))
        {
            bool isNew = group.Kind == GateGroupKind.NewLesson, isFailed = group.Verdict == GateOutcome.Failed;
            double? before = isNew ? newBefore : group.Before;
            table.AddRow(
                new Text(Quote.Of(group.Name, LongestName) + KindOf(group.Kind), isNew ? Look.Bold : Style.Plain), new Text(Figures.Count(group.Samples)), new Text(Figures.Percent(before)), new Text(Figures.Percent(group.After), isFailed ? Look.Lost : isNew ? Look.Bold : Style.Plain),
                new Text(before is { } was && group.After is { } now ? $"{100 * (now - was):+0.0;-0.0;0.0}" : "-"), new Text(isNew || group.High is null ? "" : $"{-100 * group.High:+0.0;-0.0;0.0} to {-100 * group.Low:+0.0;-0.0;0.0}", Look.Faint), new Text(OutcomeOf(group.Verdict), isFailed ? Look.Lost : Look.Faint));
        }
        console.WriteFaint("Accuracy in % on held-out samples; change in points with its interval");
        console.Write(table);
    }

    private static bool IsShown(GateGroup group) => group.Kind is GateGroupKind.Lesson or GateGroupKind.NewLesson || group.Verdict == GateOutcome.Failed;

    private static string KindOf(GateGroupKind kind) => kind switch
    {
        GateGroupKind.Class => " (class)",
        GateGroupKind.SinceLearned => " (since learned)",
        GateGroupKind.NewLesson => " (new)",
        _ => "",
    };

    private static string OutcomeOf(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Passed => "passed",
        GateOutcome.Failed => "failed",
        GateOutcome.CannotTell => "cannot tell",
        _ => "not judged",
    };
}
