using ScottPlot;

namespace Engram.Reports;

/// <summary>Accuracies over time, one line each, with its name at the right end.</summary>
internal sealed record LineChart
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

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0);
        double height = Math.Max(width < 500 ? 340 : 400, Lines.Count * 15 + top + Bottom);
        double size = width < 500 ? 12 : 13;
        double labels = Math.Min(Lines.Max(line => Canvas.Measure(line.Label, size)), width * .28);
        Frame frame = new(Left + 8, top, width - Right - labels - 24, height - Bottom, Lines.Min(line => line.Points[0].X), Lines.Max(line => line.Points[^1].X), Lowest);
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        DrawAxes(canvas, frame, size);
        foreach (ChartLine line in Lines) DrawBand(canvas, frame, line);
        foreach (ChartLine line in Lines) DrawLine(canvas, frame, line);
        DrawLabels(canvas, frame, size, labels);
        return canvas;
    }

    private void DrawAxes(Canvas canvas, Frame frame, double size)
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

    private static void DrawBand(Canvas canvas, Frame frame, ChartLine line)
    {
        if (line.Band is not { } band || band.All(half => half == 0)) return;
        IEnumerable<(double, double)> Edge(int side) => line.Points.Select((point, i) => (frame.X(point.X), frame.Y(Math.Clamp(point.Y + side * band[i], frame.Lowest, 1))));
        canvas.Area([.. Edge(1), .. Edge(-1).Reverse()], line.Look.Colour, .18);
    }

    private static void DrawLine(Canvas canvas, Frame frame, ChartLine line)
    {
        (double X, double Y)[] points = [.. line.Points.Select(point => (frame.X(point.X), frame.Y(point.Y)))];
        if (line.FirstStrong > 0) canvas.Line(points[..(line.FirstStrong + 1)], line.Look.Colour, 1.4, line.Look.Dash, opacity: .4);
        if (points.Length - line.FirstStrong > 1) canvas.Line(points[line.FirstStrong..], line.Look.Colour, 2.2, line.Look.Dash);
        for (int i = line.MarksPoints ? line.FirstStrong : points.Length - 1; i < points.Length; i++)
            canvas.Marker(points[i].X, points[i].Y, line.Look.Marker, 8, line.Look.Colour);
    }

    // Labels that would overlap move apart; a thin line in the line's own colour leads to each.
    private void DrawLabels(Canvas canvas, Frame frame, double size, double width)
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

    private sealed record Frame(double Left, double Top, double Right, double Bottom, double FirstX, double LastX, double Lowest)
    {
        public double X(double x) => FirstX == LastX ? (Left + Right) / 2 : Left + (x - FirstX) / (LastX - FirstX) * (Right - Left);

        public double Y(double accuracy) => Bottom - (accuracy - Lowest) / (1 - Lowest) * (Bottom - Top);
    }
}
