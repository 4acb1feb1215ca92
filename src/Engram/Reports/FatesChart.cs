using ScottPlot;

namespace Engram.Reports;

/// <summary>What became of each task: a small chart for every task with its accuracy along the sequence, and beside it as a bar what another run reaches in the end.</summary>
internal sealed record FatesChart
{
    private const double Edge = 6, Axis = 30, Gap = 14, TitleHeight = 20, PlotHeight = 74, BarWidth = 12;

    public required string Title { get; init; }

    /// <summary>Names of the tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Accuracies after 0, 1, ... tasks, one per task.</summary>
    public required double[][] Course { get; init; }

    /// <summary>Whose accuracies they are.</summary>
    public required string CourseName { get; init; }

    /// <summary>The other run's accuracies at its end, one per task.</summary>
    public required double[] Beside { get; init; }

    /// <summary>Whose accuracies those are.</summary>
    public required string BesideName { get; init; }

    /// <summary>Draws the charts.</summary>
    /// <param name="width">Width in SVG units; below 500 two in a row, otherwise up to five.</param>
    /// <param name="hasTitle">Whether the title is written above.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        bool isNarrow = width < 500;
        int columns = Math.Min(Tasks.Count, isNarrow ? 2 : 5), rows = (Tasks.Count + columns - 1) / columns;
        double legend = Edge + (hasTitle ? 32 : 0) + 6, top = legend + (isNarrow ? 32 : 14), cell = (width - Axis - Edge) / columns, height = top + rows * (TitleHeight + PlotHeight + Gap) + 24;
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 2 * Edge), Edge, 8, Alignment.UpperLeft, 16);
        DrawLegend(canvas, legend, width, isNarrow);
        for (int task = 0; task < Tasks.Count; task++)
        {
            var (row, column) = Math.DivRem(task, columns);
            DrawTask(canvas, task, Axis + column * cell, top + row * (TitleHeight + PlotHeight + Gap), cell - Gap, hasScale: column == 0);
        }
        canvas.Text($"each chart from untrained to {Tasks.Count} tasks learned; accuracy in %", width / 2, height - Edge, Alignment.LowerCenter, 12, Palette.Muted);
        return canvas;
    }

    private void DrawLegend(Canvas canvas, double y, double width, bool isNarrow)
    {
        string course = Canvas.Fit(CourseName, 12, width - Axis - 34), beside = Canvas.Fit(BesideName, 12, width - Axis - 34);
        canvas.Line([(Axis, y), (Axis + 22, y)], Palette.Lines[0], 2.5);
        canvas.Text(course, Axis + 28, y, Alignment.MiddleLeft, 12);
        double next = isNarrow ? Axis + 5 : Axis + 28 + Canvas.Measure(course, 12) + 24, line = isNarrow ? y + 18 : y;
        canvas.Box(next, line - 6, BarWidth, 12, Palette.Lines[1]);
        canvas.Text(beside, isNarrow ? Axis + 28 : next + BarWidth + 6, line, Alignment.MiddleLeft, 12);
    }

    private void DrawTask(Canvas canvas, int task, double left, double top, double width, bool hasScale)
    {
        double bottom = top + TitleHeight + PlotHeight, right = left + width - BarWidth - 6;
        canvas.Text(Canvas.Fit(Tasks[task], 11, width + Gap - 4), left, top + TitleHeight - 5, Alignment.LowerLeft, 11);
        foreach (double accuracy in new[] { 0, .5, 1 })
        {
            canvas.Line([(left, Y(accuracy)), (left + width, Y(accuracy))], Palette.Rule, 1);
            if (hasScale) canvas.Text($"{100 * accuracy:0}", left - 6, Y(accuracy), Alignment.MiddleRight, 11, Palette.Muted);
        }
        (double, double)[] points = [.. Course.Select((row, i) => (X(i), Y(row[task])))];
        int learned = Math.Min(task + 1, points.Length - 1);
        canvas.Line([(X(learned), Y(0)), (X(learned), Y(1))], Palette.Muted, 1, (2, 3));
        canvas.Line(points[..(learned + 1)], Palette.Lines[0], 2, opacity: .4);
        canvas.Line(points[learned..], Palette.Lines[0], 2.5);
        canvas.Marker(X(learned), Y(Course[learned][task]), MarkerShape.FilledCircle, 6, Palette.Lines[0]);
        canvas.Box(right + 6, Y(Beside[task]), BarWidth, Y(0) - Y(Beside[task]), Palette.Lines[1]);

        double X(int i) => left + (right - left) * i / (Course.Length - 1);
        double Y(double accuracy) => bottom - accuracy * PlotHeight;
    }
}
