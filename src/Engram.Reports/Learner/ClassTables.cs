namespace Engram.Reports.Learner;

/// <summary>How each class is known now, and what became of it since it was first learned.</summary>
internal static class ClassTables
{
    private const int Most = 24;

    /// <summary>The section.</summary>
    public static string Section(LearnerAnswers answers)
    {
        if (answers.Samples == 0) return Html.Section("The classes", Html.Paragraph("No held-out samples are kept, so nothing can be said of single classes."));
        ClassAnswers[] order = [.. answers.Classes.OrderBy(one => one.Now ?? 2).ThenBy(one => one.Change ?? 0)];
        return Html.Section("The classes",
            Table(order.Take(Most)), order.Length > Most ? Html.Folded($"The other {order.Length - Most}, known better", Table(order.Skip(Most))) : "",
            Html.Note("Accuracy in per cent on held-out samples of all lessons, least known first. The change is in points, on the very samples of the lesson that a class was first learned with, since that day."));
    }

    private static string Table(IEnumerable<ClassAnswers> classes) => Html.Table("Classes", ["class", "held out", "right now, %", "when first learned, %", "change since, points", "first learned with"], classes.Select(one => new[]
    {
        $"<span class=\"label\">{Html.Text(Words.Short(one.Name))}</span>", $"{one.Held:#,0}", one.Now is { } now ? Words.Percent(now) : Html.None, one.First is { } first ? Words.Percent(first) : Html.None, Change(one.Change), one.Lesson is null ? "" : Html.List(Words.Short(one.Lesson)),
    }));

    private static string Change(double? change) => change switch
    {
        null => Html.None,
        < 0 when !Words.IsZero(change.Value) => $"<span class=\"bad\">{Words.Points(change.Value)}</span>",
        _ => Words.Points(change.Value),
    };
}
