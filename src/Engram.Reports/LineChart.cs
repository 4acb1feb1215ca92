using ScottPlot;

namespace Engram.Reports;

/// <summary>Accuracies over time, one line each, with its name at the right end.</summary>
internal sealed record LineChart : IChart
{
    private const double Top = 34, Bottom = 46, Left = 40, Right = 6;

    public required string Title { get; init; }
    public required string XLabel { get; init; }
    public required IReadOnlyList<ChartLine> Lines { get; init; }

    /// <summary>Places along x with a label.</summary>
    public required IReadOnlyList<(double X, string Label)> Ticks { get; init; }

    /// <summary>Places along x with a vertical line.</summary>
    public IReadOnlyList<double> Dividers { get; init; } = [];

    /// <summary>The lowest accuracy shown.</summary>
    public double Lowest { get; init; }

    /// <inheritdoc/>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0);
        double height = Math.Max(width < 500 ? 340 : 400, Lines.Count * 15 + top + Bottom);
        double size = width < 500 ? 12 : 13;
        double labels = Math.Min(Lines.Max(line => Canvas.Measure(line.Label, size)), width * .28);
        PlotFrame frame = new(Left + 8, top, width - Right - labels - 24, height - Bottom, Lines.Min(line => line.Points[0].X), Lines.Max(line => line.Points[^1].X), Lowest);
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        DrawAxes(canvas, frame, size);
        foreach (ChartLine line in Lines) frame.DrawBand(canvas, line);
        foreach (ChartLine line in Lines) frame.DrawLine(canvas, line, 8);
        DrawLabels(canvas, frame, size, labels);
        return canvas;
    }

    private void DrawAxes(Canvas canvas, PlotFrame frame, double size)
    {
        double step = Lowest switch { > .75 => .05, > .3 => .1, _ => .2 };
        for (int i = 0; i <= (int)Math.Round((1 - Lowest) / step); i++)
        {
            double accuracy = Lowest + i * step;
            canvas.Line([(frame.Left - 8, frame.Y(accuracy)), (frame.Right + 4, frame.Y(accuracy))], Palette.Rule, 1);
            canvas.Text($"{100 * accuracy:0}", frame.Left - 12, frame.Y(accuracy), Alignment.MiddleRight, size - 1, Palette.Muted);
        }
        foreach (double x in Dividers) canvas.Line([(frame.X(x), frame.Top - 4), (frame.X(x), frame.Bottom)], Palette.Muted, 1, (2, 3));
        double free = double.NegativeInfinity;
        foreach ((double x, string label) in Ticks)
        {
            double half = Canvas.Measure(label, size - 1) / 2;
            if (frame.X(x) - half < free) continue;
            free = frame.X(x) + half + 6;
            canvas.Text(label, frame.X(x), frame.Bottom + 8, Alignment.UpperCenter, size - 1, Palette.Muted);
        }
        canvas.Text("accuracy, %", 6, frame.Top - 16, Alignment.LowerLeft, size - 1, Palette.Muted);
        canvas.Text(XLabel, (frame.Left + frame.Right) / 2, frame.Bottom + 26, Alignment.UpperCenter, size - 1, Palette.Muted);
    }

    // Labels that would overlap move apart; a thin line in the line's own colour leads to each.
    private void DrawLabels(Canvas canvas, PlotFrame frame, double size, double width)
    {
        ChartLine[] order = [.. Lines.OrderBy(line => frame.Y(line.Points[^1].Y))];
        double gap = Math.Min(size + 3, (frame.Bottom - frame.Top + 16) / order.Length);
        double[] places = Spread([.. order.Select(line => frame.Y(line.Points[^1].Y))], gap, frame.Top - 8, frame.Bottom + 8);
        for (int i = 0; i < order.Length; i++)
        {
            double end = frame.X(order[i].Points[^1].X), y = frame.Y(order[i].Points[^1].Y);
            canvas.Line([(end + 5, y), (frame.Right + 14, places[i]), (frame.Right + 19, places[i])], order[i].Look.Colour, 1.2);
            canvas.Text(Canvas.Fit(order[i].Label, size, width), frame.Right + 23, places[i], Alignment.MiddleLeft, Math.Min(size, gap));
        }
    }

    /// <summary>Moves sorted places as little as needed to keep a gap between neighbours and to stay within the limits.</summary>
    internal static double[] Spread(double[] places, double gap, double low, double high)
    {
        double[] spread = [.. places];
        for (int i = 0; i < spread.Length; i++) spread[i] = Math.Max(spread[i], i == 0 ? low : spread[i - 1] + gap);
        for (int i = spread.Length - 1; i >= 0; i--) spread[i] = Math.Min(spread[i], i == spread.Length - 1 ? high : spread[i + 1] - gap);
        return spread;
    }
}
