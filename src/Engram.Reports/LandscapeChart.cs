using ScottPlot;

namespace Engram.Reports;

/// <summary>One order of a <see cref="LandscapeChart"/>; fractions. One with a name is labelled and drawn in its own look.</summary>
internal sealed record LandscapePoint(double Forgetting, double Accuracy, string Name, LineLook Look);

/// <summary>Final accuracy against forgetting, a point per order. Best is the upper left corner.</summary>
internal sealed record LandscapeChart
{
    private const double Top = 34, Bottom = 50, Left = 52, Right = 18;
    private static readonly (double X, double Y)[] Places = [(1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1)];

    public required string Title { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<LandscapePoint> Points { get; init; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0), height = (width < 500 ? 340 : 420) + top - Top, size = width < 500 ? 12 : 13;
        Axis x = Axis.Over(Points.Select(point => point.Forgetting), Left, width - Right, width < 500 ? 4 : 7), y = Axis.Over(Points.Select(point => point.Accuracy), height - Bottom, top, 6);
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        foreach (double tick in x.Ticks)
        {
            canvas.Line([(x.At(tick), y.Start), (x.At(tick), y.End)], Palette.Rule, 1);
            canvas.Text(x.Text(tick), x.At(tick), y.Start + 8, Alignment.UpperCenter, size - 1, Palette.Muted);
        }
        foreach (double tick in y.Ticks)
        {
            canvas.Line([(x.Start, y.At(tick)), (x.End, y.At(tick))], Palette.Rule, 1);
            canvas.Text(y.Text(tick), x.Start - 6, y.At(tick), Alignment.MiddleRight, size - 1, Palette.Muted);
        }
        canvas.Text("accuracy at the end, %", 6, y.End - 12, Alignment.LowerLeft, size - 1, Palette.Muted);
        canvas.Text(Points.Any(point => point.Forgetting < 0) ? "forgetting, points (below 0: gained)" : "forgetting, points", (x.Start + x.End) / 2, y.Start + 28, Alignment.UpperCenter, size - 1, Palette.Muted);
        foreach (LandscapePoint point in Points.OrderBy(point => point.Name.Length)) canvas.Marker(x.At(point.Forgetting), y.At(point.Accuracy), point.Look.Marker, point.Name.Length > 0 ? 12 : 9, point.Look.Colour, point.Name.Length > 0 ? 1 : .55);
        DrawNames(canvas, x, y, size);
        return canvas;
    }

    private void DrawNames(Canvas canvas, Axis x, Axis y, double size)
    {
        List<LabelBox> taken = [.. Points.Select(point => LabelBox.Around(x.At(point.Forgetting), y.At(point.Accuracy), 9, 9))];
        foreach (LandscapePoint point in Points.Where(point => point.Name.Length > 0))
        {
            string name = Canvas.Fit(point.Name, size, (x.End - x.Start) * .62);
            double width = Canvas.Measure(name, size), left = x.At(point.Forgetting), middle = y.At(point.Accuracy);
            LabelBox[] inside = [.. Enumerable.Range(0, 8).SelectMany(ring => Places.Select(place => LabelBox.Around(left + place.X * (11 + width / 2), middle + place.Y * (9 + size / 2 + ring * 14), width + 4, size + 2)))
                .Where(box => box.Left >= x.Start && box.Right <= x.End + Right && box.Top >= y.End - 4 && box.Bottom <= y.Start - 2)];
            LabelBox box = inside.FirstOrDefault(box => !taken.Any(box.Meets)) ?? LabelBox.Around(Math.Clamp(left, x.Start + width / 2, x.End - width / 2), middle - 16, width, size);
            taken.Add(box);
            canvas.Text(name, (box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2, Alignment.MiddleCenter, size, point.Look.Colour);
        }
    }

    // A straight scale over the values with some room around them and round ticks.
    private sealed record Axis(double Low, double High, double Start, double End, double Step)
    {
        public static Axis Over(IEnumerable<double> values, double start, double end, int ticks)
        {
            double[] all = [.. values];
            double low = all.Min(), high = all.Max(), room = Math.Max(.08 * (high - low), .004);
            double rough = (high - low + 2 * room) / ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            return new(low - room, high + room, start, end, new[] { 1, 2, 5, 10 }.First(factor => factor * power >= rough * .999) * power);
        }

        public IEnumerable<double> Ticks => Enumerable.Range((int)Math.Ceiling(Low / Step), (int)Math.Floor(High / Step) - (int)Math.Ceiling(Low / Step) + 1).Select(i => i * Step);

        public double At(double value) => Start + (value - Low) / (High - Low) * (End - Start);

        public string Text(double tick) => (100 * tick).ToString(Step >= .01 ? "0;−0;0" : Step >= .001 ? "0.0;−0.0;0.0" : "0.00;−0.00;0.00");
    }
}
