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
            answers.Unknown.Count == 0 ? "" : Html.Paragraph($"Not known to the version that answers, only to others: {string.Join(", ", answers.Unknown.Take(Most).Select(Words.Short))}{(answers.Unknown.Count > Most ? $" and {answers.Unknown.Count - Most} more" : "")}."),
            Html.Note("Accuracy in per cent on held-out samples of all lessons, least known first. What became of a class is seen on the very samples held out of its first lesson: how many were right on that day, how many are now, and the change in points; n/a where that lesson is the last."));
    }

    private static string Table(IEnumerable<ClassAnswers> classes) => Html.Table("Classes", ["class", "held out", "right now, %", "first learned with", "on that, then and now", "change"], classes.Select(one => new[]
    {
        $"<span class=\"label\">{Html.Text(Words.Short(one.Name))}</span>", $"{one.Held:#,0}", one.Now is { } now ? Words.Percent(now) : Html.None, one.Lesson is null ? "" : Html.List(Words.Short(one.Lesson)),
        one is { First: { } first, Since: { } since } ? $"{Words.Percent(first)} to {Words.Percent(since)}" : Html.None, Change(one.Change),
    }));

    private static string Change(double? change) => change switch
    {
        null => Html.None,
        < 0 when !Words.IsZero(change.Value) => $"<span class=\"bad\">{Words.Points(change.Value)}</span>",
        _ => Words.Points(change.Value),
    };
}
