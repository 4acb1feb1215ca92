using Engram.TaskOrder;
using ScottPlot;

namespace Engram.Reports;

/// <summary>The chosen transfers as a directed graph: supervised tasks on the left, arrows to the tasks that are read out from them.</summary>
internal sealed record TransferGraphChart
{
    private const double Row = 62, BoxHeight = 36, Top = 30;

    public required string Title { get; init; }

    /// <summary>Names of the tasks in the natural order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    public required Supervision Chosen { get; init; }

    /// <summary>What is written at an arrow's end, such as its gain.</summary>
    public required Func<TransferEdge, string> LabelOf { get; init; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0), size = width < 500 ? 12 : 14, box = width < 500 ? 118 : 200;
        TransferEdge[] edges = [.. Chosen.Edges.Where(edge => !Chosen.Tasks.Contains(edge.Target)).OrderBy(edge => edge.Sources.Average(source => Array.IndexOf(Chosen.Tasks, source)))];
        int rows = Math.Max(Math.Max(Chosen.Tasks.Length, edges.Length), 1);
        double height = top + rows * Row + 8, right = width - 8 - box;
        double Y(int place, int count) => top + (place + .5) * rows * Row / count;
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        canvas.Text("supervised", 8 + box / 2, top - 6, Alignment.LowerCenter, size - 1, Palette.Muted);
        canvas.Text(edges.Length == 0 ? "" : "read out", right + box / 2, top - 6, Alignment.LowerCenter, size - 1, Palette.Muted);
        foreach (var (place, edge) in edges.Index())
            foreach (int source in edge.Sources)
                Arrow(canvas, (8 + box, Y(Array.IndexOf(Chosen.Tasks, source), Chosen.Tasks.Length)), (right - 2, Y(place, edges.Length)), LineLook.Number(Array.IndexOf(Chosen.Tasks, source)).Colour);
        foreach (var (place, task) in Chosen.Tasks.Index()) Node(canvas, Tasks[task], 8, Y(place, Chosen.Tasks.Length), box, size, LineLook.Number(place).Colour);
        foreach (var (place, edge) in edges.Index())
        {
            Node(canvas, Tasks[edge.Target], right, Y(place, edges.Length), box, size, Palette.Muted);
            canvas.Text(LabelOf(edge), right + box / 2, Y(place, edges.Length) + BoxHeight / 2 + 3, Alignment.UpperCenter, size - 2, Palette.Muted);
        }
        return canvas;
    }

    private static void Node(Canvas canvas, string name, double left, double middle, double width, double size, string colour)
    {
        canvas.Box(left, middle - BoxHeight / 2, width, BoxHeight, Palette.Paper, colour, 2);
        canvas.Text(Canvas.Fit(name, size, width - 12), left + width / 2, middle, Alignment.MiddleCenter, size);
    }

    private static void Arrow(Canvas canvas, (double X, double Y) from, (double X, double Y) to, string colour)
    {
        const double Head = 11, Half = 5;
        double length = Math.Sqrt((to.X - from.X) * (to.X - from.X) + (to.Y - from.Y) * (to.Y - from.Y));
        (double right, double down) = ((to.X - from.X) / length, (to.Y - from.Y) / length);
        (double x, double y) = (to.X - Head * right, to.Y - Head * down);
        canvas.Line([from, (x, y)], colour, 2.5);
        canvas.Area([to, (x - Half * down, y + Half * right), (x + Half * down, y - Half * right)], colour, 1);
    }
}
