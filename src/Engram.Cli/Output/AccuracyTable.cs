using Engram.Experiments;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>The accuracy matrix on a terminal: a row for each stage of learning, a column for each task.</summary>
internal static class AccuracyTable
{
    private const double Lost = 0.05;

    public static void Write(IAnsiConsole console, RunResult result)
    {
        bool plain = !console.Profile.Capabilities.Ansi;
        int tasks = result.Tasks.Length, width = console.Profile.Width;
        int longest = result.Tasks.Max(name => name.Length) + $"{tasks} ".Length;
        int nameWidth = Math.Clamp(longest, "after learning".Length, Math.Max(16, width / 4));
        bool whole = nameWidth + 2 + tasks * 7 > width;
        int[] columns = Fitting(tasks, (width - nameWidth - 2) / (whole ? 5 : 7));

        Table table = Look.NewTable();
        table.AddColumn(Look.Column("after learning"));
        foreach (int column in columns) table.AddColumn(Look.Column(column == 0 ? ".." : $"{column}", Justify.Right, gap: 1));
        for (int row = 0; row <= tasks; row++)
            table.AddRow([
                new Text(Cut(row == 0 ? "untrained" : $"{row} {result.Tasks[row - 1]}", nameWidth), row == 0 ? Look.Faint : Style.Plain),
                .. columns.Select(column => Cell(result, row, column, whole, plain)),
            ]);
        console.WriteFaint($"Accuracy in %, columns are the tasks 1 to {tasks}");
        console.Write(table);
        string legend = plain ? "*: just learned" : $"bold: just learned; red: {100 * Lost:0} points or more below that; faint: not learned yet";
        console.WriteFaint(columns.Contains(0) ? $"{legend}; all columns are in matrix.csv" : legend);
    }

    private static Text Cell(RunResult result, int row, int column, bool whole, bool plain)
    {
        if (column == 0) return new("..", Look.Faint);
        double accuracy = result.Matrix[row, column];
        string mark = !plain ? "" : row == column ? "*" : " ";
        bool lost = row > column && result.Matrix[column, column] - accuracy >= Lost;
        return new((100 * accuracy).ToString(whole ? "0" : "0.0") + mark, row == column ? Look.Bold : row < column ? Look.Faint : lost ? Look.Lost : Style.Plain);
    }

    // The first and the last tasks when not all of them fit; 0 stands for those left out.
    private static int[] Fitting(int tasks, int room)
    {
        if (tasks <= room) return [.. Enumerable.Range(1, tasks)];
        int last = Math.Max(1, (room - 1) / 2), first = Math.Max(1, room - 1 - last);
        return [.. Enumerable.Range(1, first), 0, .. Enumerable.Range(tasks - last + 1, last)];
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 2)] + "..";
}
