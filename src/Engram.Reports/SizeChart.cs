using ScottPlot;

namespace Engram.Reports;

/// <summary>One method of a <see cref="SizeChart"/>; the size is in bytes, accuracy and its standard error are fractions.</summary>
internal sealed record SizePoint(string Name, double Bytes, double Accuracy, double Error, LineLook Look);

/// <summary>Accuracy against size: a labelled point per method, sizes by their logarithms. Best is the upper left corner.</summary>
internal sealed record SizeChart
{
    private const double Top = 34, Bottom = 50, Left = 48, Right = 18;

    // Directions in which a label may stand from its point, the nearest to reading first.
    private static readonly (double X, double Y)[] Directions = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)];

    public required string Title { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<SizePoint> Points { get; init; }

    /// <summary>The lowest accuracy shown.</summary>
    public double Lowest { get; init; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0), height = (width < 500 ? 340 : 400) + top - Top, size = width < 500 ? 12 : 13;
        Frame frame = new(Left, top, width - Right, height - Bottom, Lowest, Points.Min(point => point.Bytes), Points.Max(point => point.Bytes));
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        DrawAxes(canvas, frame, size);
        foreach (SizePoint point in Points.Where(point => point.Error > 0))
            canvas.Line([(frame.X(point.Bytes), frame.Y(Math.Max(Lowest, point.Accuracy - point.Error))), (frame.X(point.Bytes), frame.Y(Math.Min(1, point.Accuracy + point.Error)))], point.Look.Colour, 1.5);
        foreach (SizePoint point in Points) canvas.Marker(frame.X(point.Bytes), frame.Y(point.Accuracy), point.Look.Marker, 10, point.Look.Colour);
        DrawLabels(canvas, frame, size);
        return canvas;
    }

    private void DrawAxes(Canvas canvas, Frame frame, double size)
    {
        double step = Lowest switch { > .75 => .05, > .3 => .1, _ => .2 };
        for (int i = 0; i <= (int)Math.Round((1 - Lowest) / step); i++)
        {
            double accuracy = Lowest + i * step;
            canvas.Line([(frame.Left, frame.Y(accuracy)), (frame.Right, frame.Y(accuracy))], Palette.Rule, 1);
            canvas.Text($"{100 * accuracy:0}", frame.Left - 6, frame.Y(accuracy), Alignment.MiddleRight, size - 1, Palette.Muted);
        }
        double free = double.NegativeInfinity;
        foreach (double bytes in frame.Ticks)
        {
            string label = $"{bytes / 1e6:#,0.######}";
            double half = Canvas.Measure(label, size - 1) / 2, x = frame.X(bytes);
            canvas.Line([(x, frame.Top), (x, frame.Bottom)], Palette.Rule, 1);
            if (x - half < free) continue;
            free = x + half + 8;
            canvas.Text(label, x, frame.Bottom + 8, Alignment.UpperCenter, size - 1, Palette.Muted);
        }
        canvas.Text("accuracy at the end, %", 6, frame.Top - 12, Alignment.LowerLeft, size - 1, Palette.Muted);
        canvas.Text("parameters and what is kept besides, MB", (frame.Left + frame.Right) / 2, frame.Bottom + 28, Alignment.UpperCenter, size - 1, Palette.Muted);
    }

    // Every point gets its name: beside it, or where there is no room, farther away with a line to it.
    private void DrawLabels(Canvas canvas, Frame frame, double size)
    {
        List<LabelBox> taken = [.. Points.Select(point => LabelBox.Around(frame.X(point.Bytes), frame.Y(point.Accuracy), 12, 12))];
        foreach (SizePoint point in Points.OrderByDescending(point => point.Accuracy))
        {
            string name = Canvas.Fit(point.Name, size, (frame.Right - frame.Left) / 2);
            double width = Canvas.Measure(name, size), x = frame.X(point.Bytes), y = frame.Y(point.Accuracy);
            foreach (var (box, ring) in Places(x, y, width, size))
            {
                bool inside = box.Left >= frame.Left - 4 && box.Right <= frame.Right + Right && box.Top >= frame.Top - 6 && box.Bottom <= frame.Bottom - 2;
                if (!inside || taken.Any(box.Meets)) continue;
                taken.Add(box);
                double middle = (box.Left + box.Right) / 2;
                if (ring > 0) canvas.Line([(x, y), (Math.Clamp(x, box.Left, box.Right), (box.Top + box.Bottom) / 2 < y ? box.Bottom : box.Top)], Palette.Muted, .8);
                canvas.Text(name, middle, (box.Top + box.Bottom) / 2, Alignment.MiddleCenter, size);
                break;
            }
        }
    }

    private static IEnumerable<(LabelBox Box, int Ring)> Places(double x, double y, double width, double size)
    {
        for (int ring = 0; ring < 14; ring++)
            foreach (var (right, down) in Directions)
                yield return (LabelBox.Around(x + right * (10 + width / 2 + ring * 8), y + down * (8 + size / 2 + ring * 14), width + 4, size + 2), ring);
    }

    private sealed record Frame(double Left, double Top, double Right, double Bottom, double Lowest, double Smallest, double Largest)
    {
        // Half a decade at least, and some room on both sides.
        private double Spread => Math.Max(Math.Log10(Largest / Smallest), .5) * 1.2;

        private double Low => (Math.Log10(Smallest) + Math.Log10(Largest) - Spread) / 2;

        public IEnumerable<double> Ticks
        {
            get
            {
                double[] steps = Spread > 3.5 ? [1] : [1, 2, 5];
                for (double power = Math.Floor(Low); power <= Low + Spread; power++)
                    foreach (double tick in steps.Select(step => step * Math.Pow(10, power)))
                        if (Math.Log10(tick) >= Low && Math.Log10(tick) <= Low + Spread) yield return tick;
            }
        }

        public double X(double bytes) => Left + (Math.Log10(bytes) - Low) / Spread * (Right - Left);

        public double Y(double accuracy) => Bottom - (accuracy - Lowest) / (1 - Lowest) * (Bottom - Top);
    }
}
