using Engram.Durable.Drift;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>Whether today's inputs look like what was learned, and what to do.</summary>
internal static class DriftSummary
{
    private const int MostColumns = 10, LongestName = 32;
    private const double Shown = 0.05;

    public static void Write(IAnsiConsole console, DriftReport report)
    {
        console.WriteLine($"{Figures.Count(report.Today)} inputs against {Figures.Count(report.Reference)} held-out samples of what was learned");
        console.Write(new Text(report.Drifted ? "They differ by more than chance:\n" : "No difference beyond chance was found.\n", Look.Bold));
        foreach (string finding in report.Findings) console.WriteLine($"- {finding}");
        DriftColumn[] columns = [.. report.Columns.Where(column => column.P < Shown && !int.TryParse(column.Name, out _)).Take(MostColumns)]; // a number is no name
        if (columns.Length > 0)
        {
            console.WriteLine();
            Table table = Look.NewTable();
            table.AddColumn(Look.Column("column"));
            table.AddColumn(Look.Column("moved by", Justify.Right));
            table.AddColumn(Look.Column("spread x", Justify.Right));
            table.AddColumn(Look.Column("KS", Justify.Right));
            table.AddColumn(Look.Column("p", Justify.Right, gap: 0));
            foreach (DriftColumn column in columns)
                table.AddRow(new Text(Quote.Of(column.Name, LongestName)), new Text(column.Shift is { } shift ? $"{shift:+0.00;-0.00;0.00}" : "-"), new Text(column.Spread is { } spread ? $"{spread:0.00}" : "-"), new Text($"{column.Distance:0.00}"), new Text($"{column.P:0.0e0}"));
            console.WriteFaint("Columns that differ; moved by so many deviations, p corrected for all columns");
            console.Write(table);
        }
        if (report.Advice.Count > 0) console.WriteLine();
        foreach (string advice in report.Advice) console.WriteLine(advice);
    }
}
