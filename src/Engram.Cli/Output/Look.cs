using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>The few styles in use. All keep the terminal's own colours, so they read on dark and on light ground.</summary>
internal static class Look
{
    public static Style Bold { get; } = new(decoration: Decoration.Bold);

    public static Style Faint { get; } = new(decoration: Decoration.Dim);

    /// <summary>What was forgotten.</summary>
    public static Style Lost { get; } = new(foreground: Color.Maroon);

    /// <summary>A table without lines.</summary>
    public static Table NewTable(bool headers = true) => new() { Border = TableBorder.None, ShowHeaders = headers };

    /// <summary>A column that is never broken into lines.</summary>
    public static TableColumn Column(string name, Justify alignment = Justify.Left, int gap = 2, int? width = null) =>
        new(new Text(name, Faint)) { Alignment = alignment, Padding = new(0, 0, gap, 0), NoWrap = true, Width = width };

    /// <summary>A line of lesser weight.</summary>
    public static void WriteFaint(this IAnsiConsole console, string line) => console.Write(new Text(line + "\n", Faint));
}
