namespace Engram.Methods;

/// <summary>A table of fractions, such as how often each part of a network was chosen for each task. The table of the last task replaces earlier ones of its name.</summary>
/// <param name="Name">What it shows, in lower-case words.</param>
/// <param name="RowTitle">What a row stands for, such as <c>samples of</c>.</param>
/// <param name="Rows">One name per row.</param>
/// <param name="ColumnTitle">What a column stands for, such as <c>went to the expert of</c>.</param>
/// <param name="Columns">One name per column.</param>
/// <param name="Values">Fractions from 0 to 1, a row of columns for each row; null where there is none.</param>
/// <param name="Note">How to read it, in whole sentences; may be empty.</param>
public sealed record ExhibitTable(string Name, string RowTitle, string[] Rows, string ColumnTitle, string[] Columns, double?[][] Values, string Note) : Exhibit(Name)
{
    /// <summary>Whether a table that was read has a name for each row and column and a fraction or null for each of both.</summary>
    internal static bool IsWhole(ExhibitTable? table) => table is not null && table.Rows.Concat(table.Columns).All(name => name is not null)
        && table.Values.Length == table.Rows.Length && table.Values.All(row => row?.Length == table.Columns.Length && row.All(share => share is null or (>= 0 and <= 1)));
}
