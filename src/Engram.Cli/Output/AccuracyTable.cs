using Engram.Experiments;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>The accuracy matrix on a terminal: a row for each stage of learning, a column for each task.</summary>
internal static class AccuracyTable
{
    private const double Lost = 0.05;
    private static readonly Style Bold = new(decoration: Decoration.Bold), Dim = new(decoration: Decoration.Dim), Red = new(foreground: Color.Maroon);

    public static void Write(IAnsiConsole console, RunResult result)
    {
        bool plain = !console.Profile.Capabilities.Ansi;
        int tasks = result.Tasks.Length, width = console.Profile.Width;
        int nameWidth = Math.Min(Math.Max(9, result.Tasks.Max(name => name.Length) + $"{tasks} ".Length), Math.Max(16, width / 4));
        bool whole = nameWidth + 2 + tasks * 7 > width;
        int[] columns = Fitting(tasks, (width - nameWidth - 2) / (whole ? 5 : 7));

        Table table = new() { Border = TableBorder.None };
        table.AddColumn(new TableColumn(new Text("after learning", Dim)) { Padding = new(0, 0, 2, 0), NoWrap = true });
        foreach (int column in columns) table.AddColumn(new TableColumn(new Text(column == 0 ? ".." : $"{column}", Dim)) { Alignment = Justify.Right, Padding = new(0, 0, 1, 0), NoWrap = true });
        for (int row = 0; row <= tasks; row++)
            table.AddRow([
                new Text(Cut(row == 0 ? "untrained" : $"{row} {result.Tasks[row - 1]}", nameWidth), row == 0 ? Dim : Style.Plain),
                .. columns.Select(column => Cell(result, row, column, whole, plain)),
            ]);
        console.Write(new Text($"Accuracy in %, columns are the tasks 1 to {tasks}\n", Dim));
        console.Write(table);
        console.Write(new Text($"{(plain ? "*" : "bold")}: just learned{(plain ? "" : $"; red: {100 * Lost:0} points or more below that; faint: not learned yet")}{(columns.Contains(0) ? "; all columns are in matrix.csv" : "")}\n", Dim));
    }

    private static Text Cell(RunResult result, int row, int column, bool whole, bool plain)
    {
        if (column == 0) return new("..", Dim);
        double accuracy = result.Matrix[row][column - 1];
        string text = $"{(100 * accuracy).ToString(whole ? "0" : "0.0")}{(plain ? row == column ? "*" : " " : "")}";
        return new(text, row == column ? Bold : row < column ? Dim : result.Matrix[column][column - 1] - accuracy >= Lost ? Red : Style.Plain);
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
