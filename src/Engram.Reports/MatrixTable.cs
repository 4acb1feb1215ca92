using Engram.Evaluation;

namespace Engram.Reports;

/// <summary>The accuracy matrix as an HTML table with coloured cells: text that can be read aloud, searched and copied.</summary>
internal static class MatrixTable
{
    private const int MostNamedColumns = 8, MostDecimals = 15;

    /// <summary>The full table, with the mean over the tasks learned so far and lines of other numbers below, such as the levels of guessing. Many tasks have numbered columns, and very many whole per cent, so that all fit side by side.</summary>
    public static string Of(AccuracyMatrix matrix, IReadOnlyList<(string Name, IReadOnlyList<double?> Values)> levels) => matrix.TaskCount <= MostNamedColumns
        ? Table("matrix", matrix.Tasks, matrix.Tasks, matrix.ToRows(), Words.Percent, hasMean: true, levels)
        : Table("matrix dense", Numbers(matrix.TaskCount), [.. matrix.Tasks.Select(Words.Numbered)], matrix.ToRows(), matrix.TaskCount <= MostDecimals ? Words.Percent : Whole, hasMean: true, levels);

    /// <summary>A small table for a page with many: whole per cent, tasks by number.</summary>
    public static string Small(double[][] rows) =>
        Table("matrix small", Numbers(rows[0].Length), Numbers(rows[0].Length), rows, Whole, hasMean: false, []);

    private static string Whole(double accuracy) => $"{100 * accuracy:0;−0;0}";

    private static string[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];

    private static string Table(
        string cssClass,
        IReadOnlyList<string> columns,
        IReadOnlyList<string> stages,
        double[][] rows,
        Func<double, string> number,
        bool hasMean,
        IReadOnlyList<(string Name, IReadOnlyList<double?> Values)> levels)
    {
        string mean = hasMean && columns.Count > 1 ? "<th scope=\"col\" class=\"mean\">mean so far</th>" : "";
        string head = string.Concat(columns.Select(column => $"<th scope=\"col\">{Html.Text(Words.Short(column))}</th>"));
        string body = string.Concat(rows.Select((row, i) => Row(i == 0 ? "untrained" : stages[i - 1], row, i, number, mean.Length > 0)));
        string foot = string.Concat(levels.Select(level =>
            $"<tr><th scope=\"row\">{Html.Text(level.Name)}</th>{Cells(level.Values.Select(value => value is { } known ? number(known) : Html.None))}{(mean.Length > 0 ? "<td></td>" : "")}</tr>\n"));
        return $"""
            <div class="scroll" tabindex="0" role="group" aria-label="Accuracy matrix"><table class="{cssClass}">
            <thead><tr><th scope="col">after learning</th>{head}{mean}</tr></thead>
            <tbody>
            {body}</tbody>
            {(foot.Length > 0 ? $"<tfoot>\n{foot}</tfoot>\n" : "")}</table></div>

            """;
    }

    private static string Cells(IEnumerable<string> values) => string.Concat(values.Select(value => $"<td>{value}</td>"));

    private static string Row(string name, double[] row, int learned, Func<double, string> number, bool hasMean)
    {
        string cells = string.Concat(row.Select((accuracy, index) => Cell(accuracy, number, isJustLearned: index == learned - 1)));
        string mean = hasMean ? $"<td class=\"mean\">{(learned == 0 ? "" : Words.Percent(row.Take(learned).Average()))}</td>" : "";
        return $"<tr><th scope=\"row\"{(learned == 0 ? " class=\"untrained\"" : "")}>{Html.Text(Words.Short(name))}</th>{cells}{mean}</tr>\n";
    }

    /// <summary>CSS for <see cref="ClassedCell"/>: a class for each whole per cent.</summary>
    public static string HeatRules => string.Concat(Enumerable.Range(0, 101).Select(percent => $".heat-{percent}{{{Colours(percent / 100.0)}}}"));

    /// <summary>A cell coloured by its fraction, in light and in dark.</summary>
    public static string Cell(double accuracy, Func<double, string> number, bool isJustLearned) =>
        $"<td{(isJustLearned ? " class=\"now\"" : "")} style=\"{Colours(accuracy)}\">{number(accuracy)}</td>";

    /// <summary>The same for a page whose policy forbids styles within elements; it has <see cref="HeatRules"/>.</summary>
    public static string ClassedCell(double accuracy, Func<double, string> number, bool isJustLearned) =>
        $"<td class=\"heat-{Math.Round(100 * Math.Clamp(accuracy, 0, 1))}{(isJustLearned ? " now" : "")}\">{number(accuracy)}</td>";

    private static string Colours(double accuracy)
    {
        (string light, string dark) = (Palette.Heat(accuracy), Palette.HeatOnDark(accuracy));
        return $"--b:{light};--f:{Palette.TextOn(light)};--db:{dark};--df:{Palette.TextOn(dark)}";
    }
}
