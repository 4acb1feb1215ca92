using Engram.TaskOrder;
using ScottPlot;

namespace Engram.Reports;

/// <summary>The similarity tree of tasks: names on the left, lines that join where tasks become one group; the further right, the less alike.</summary>
internal sealed record TaskTreeChart
{
    private const double Top = 14, Row = 36, Bottom = 48, Right = 22;

    public required string Title { get; init; }

    /// <summary>Names of the tasks in the natural order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    public required TaskTree Tree { get; init; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 34 : 0), size = width < 500 ? 12 : 14, end = top + Tree.Leaves.Length * Row;
        string[] names = [.. Tree.Leaves.Select(task => Canvas.Fit(Tasks[task], size, width * .38))];
        double left = 8 + names.Max(name => Canvas.Measure(name, size)) + 12, farthest = Math.Max(Tree.Merges.Select(merge => merge.Distance).DefaultIfEmpty(1).Max(), 1e-6);
        double X(double distance) => left + distance / farthest * (width - Right - left);
        Canvas canvas = new(width, end + Bottom);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        double step = Step(farthest, width < 500 ? 3 : 6);
        for (int i = 0; i * step <= farthest * 1.0001; i++)
        {
            canvas.Line([(X(i * step), top), (X(i * step), end)], Palette.Rule, 1);
            canvas.Text($"{i * step:0.##}", X(i * step), end + 6, Alignment.UpperCenter, size - 1, Palette.Muted);
        }
        canvas.Text("distance of what they do for all tasks", (left + width - Right) / 2, end + 26, Alignment.UpperCenter, size - 1, Palette.Muted);
        for (int i = 0; i < names.Length; i++) canvas.Text(names[i], left - 10, top + (i + .5) * Row, Alignment.MiddleRight, size);

        Dictionary<int, (double X, double Y)> ends = Tree.Leaves.Index().ToDictionary(leaf => leaf.Item, leaf => (left, top + (leaf.Index + .5) * Row));
        foreach (var (number, merge) in Tree.Merges.Index())
        {
            var (one, other, at) = (ends[merge.Left], ends[merge.Right], X(merge.Distance));
            canvas.Line([one, (at, one.Y), (at, other.Y), other], Palette.Lines[0], 2);
            ends[Tasks.Count + number] = (at, (one.Y + other.Y) / 2);
        }
        return canvas;
    }

    private static double Step(double range, int ticks)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / ticks)));
        return new[] { 1, 2, 5, 10 }.First(factor => factor * power >= range / ticks * .999) * power;
    }
}
