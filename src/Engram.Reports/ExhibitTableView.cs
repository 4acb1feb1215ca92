using Engram.Methods;

namespace Engram.Reports;

/// <summary>A method's own table of fractions as an HTML table with coloured cells in per cent.</summary>
internal static class ExhibitTableView
{
    private const int MostNamedColumns = 8;

    /// <summary>The table under its name, with its note. Many columns are numbered.</summary>
    /// <param name="table">The table.</param>
    /// <param name="text">What is written for the value in a row and a column; null writes it in per cent.</param>
    public static string Of(ExhibitTable table, Func<int, int, string>? text = null)
    {
        bool isDense = table.Columns.Length > MostNamedColumns;
        string head = string.Concat(table.Columns.Select((column, i) => $"<th scope=\"col\">{Html.Text(isDense ? $"{i + 1}" : Words.Short(column))}</th>"));
        string body = string.Concat(table.Rows.Select((row, i) =>
            $"<tr><th scope=\"row\">{Html.Text(isDense ? Words.Numbered(row, i) : Words.Short(row))}</th>{string.Concat(table.Values[i].Select((value, j) => Cell(value, known => text is null ? Words.Percent(known) : text(i, j))))}</tr>\n"));
        return $"""
            <h3>{Html.Text(table.Name)}</h3>
            <div class="scroll" tabindex="0" role="group" aria-label="{Html.Text(table.Name)}"><table class="matrix heat{(isDense ? " dense" : "")}">
            <thead><tr><td></td><th scope="colgroup" colspan="{table.Columns.Length}" class="over">{Html.Text(table.ColumnTitle)}, %</th></tr>
            <tr><th scope="col">{Html.Text(table.RowTitle)}</th>{head}</tr></thead>
            <tbody>
            {body}</tbody></table></div>
            {(table.Note.Length > 0 ? Html.Note(table.Note) : "")}
            """;
    }

    private static string Cell(double? value, Func<double, string> number) => value is { } fraction ? MatrixTable.Cell(fraction, number, isJustLearned: false) : "<td></td>";
}
