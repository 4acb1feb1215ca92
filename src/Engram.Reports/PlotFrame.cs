namespace Engram.Reports;

/// <summary>The place of accuracies over something on a canvas, and how lines are drawn there.</summary>
/// <param name="Left">Edge in SVG units.</param>
/// <param name="Top">Edge in SVG units, where the accuracy is 1.</param>
/// <param name="Right">Edge in SVG units.</param>
/// <param name="Bottom">Edge in SVG units.</param>
/// <param name="FirstX">What stands at the left edge.</param>
/// <param name="LastX">What stands at the right edge.</param>
/// <param name="Lowest">Accuracy at the lower edge.</param>
internal sealed record PlotFrame(double Left, double Top, double Right, double Bottom, double FirstX, double LastX, double Lowest)
{
    public double X(double x) => FirstX == LastX ? (Left + Right) / 2 : Left + (x - FirstX) / (LastX - FirstX) * (Right - Left);

    public double Y(double accuracy) => Bottom - (accuracy - Lowest) / (1 - Lowest) * (Bottom - Top);

    /// <summary>Draws the band around a line, if it has one.</summary>
    public void DrawBand(Canvas canvas, ChartLine line)
    {
        if (line.Band is not { } band || band.All(half => half == 0)) return;
        IEnumerable<(double, double)> Edge(int side) => line.Points.Select((point, i) => (X(point.X), Y(Math.Clamp(point.Y + side * band[i], Lowest, 1))));
        canvas.Area([.. Edge(1), .. Edge(-1).Reverse()], line.Look.Colour, .18);
    }

    /// <summary>Draws a line, faint before its first strong point, and its markers unless their size is 0.</summary>
    public void DrawLine(Canvas canvas, ChartLine line, double markerSize)
    {
        (double X, double Y)[] points = [.. line.Points.Select(point => (X(point.X), Y(point.Y)))];
        if (line.FirstStrong > 0) canvas.Line(points[..(line.FirstStrong + 1)], line.Look.Colour, 1.4, line.Look.Dash, opacity: .4);
        if (points.Length - line.FirstStrong > 1) canvas.Line(points[line.FirstStrong..], line.Look.Colour, 2.2, line.Look.Dash);
        if (markerSize == 0) return;
        for (int i = line.MarksPoints ? line.FirstStrong : points.Length - 1; i < points.Length; i++)
            canvas.Marker(points[i].X, points[i].Y, line.Look.Marker, markerSize, line.Look.Colour);
    }
}
