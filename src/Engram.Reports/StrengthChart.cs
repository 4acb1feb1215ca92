using ScottPlot;

namespace Engram.Reports;

/// <summary>One point of a <see cref="StrengthLine"/>; forgetting and intransigence are fractions.</summary>
internal sealed record StrengthPoint(string Label, double Forgetting, double Intransigence);

/// <summary>A method at several strengths, weakest first.</summary>
internal sealed record StrengthLine(string Name, IReadOnlyList<StrengthPoint> Points, LineLook Look);

/// <summary>
/// Forgetting against intransigence: one line per method, one labelled point per strength. Best is the lower left corner; a weak
/// method lies to the right, a stiff one at the top. Both sides are drawn by square roots.
/// </summary>
internal sealed record StrengthChart
{
    private const double Top = 56, Bottom = 50, Left = 46, Right = 18;

    public required string Title { get; init; }

    /// <summary>Lines with at least one point.</summary>
    public required IReadOnlyList<StrengthLine> Lines { get; init; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0), height = (width < 500 ? 380 : 460) + top - Top, size = width < 500 ? 12 : 13;
        StrengthPoint[] points = [.. Lines.SelectMany(line => line.Points)];
        Axis x = Axis.Over(points.Select(point => point.Forgetting), Left, width - Right);
        Axis y = Axis.Over(points.Select(point => point.Intransigence), height - Bottom, top);
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        DrawAxes(canvas, x, y, size);
        DrawNames(canvas, width, top, size);
        foreach (StrengthLine line in Lines) canvas.Line([.. line.Points.Select(point => (x.At(point.Forgetting), y.At(point.Intransigence)))], line.Look.Colour, 2, line.Look.Dash);
        foreach (StrengthLine line in Lines)
            foreach (StrengthPoint point in line.Points) canvas.Marker(x.At(point.Forgetting), y.At(point.Intransigence), line.Look.Marker, 9, line.Look.Colour);
        DrawLabels(canvas, x, y, size - 1);
        return canvas;
    }

    private static void DrawAxes(Canvas canvas, Axis x, Axis y, double size)
    {
        foreach (double tick in x.Ticks)
        {
            canvas.Line([(x.At(tick), y.Start), (x.At(tick), y.End)], Palette.Rule, 1);
            canvas.Text($"{100 * tick:0.##;−0.##}", x.At(tick), y.Start + 8, Alignment.UpperCenter, size - 1, Palette.Muted);
        }
        foreach (double tick in y.Ticks)
        {
            canvas.Line([(x.Start, y.At(tick)), (x.End, y.At(tick))], Palette.Rule, 1);
            canvas.Text($"{100 * tick:0.##;−0.##}", x.Start - 6, y.At(tick), Alignment.MiddleRight, size - 1, Palette.Muted);
        }
        canvas.Text("intransigence, points", 6, y.End - 12, Alignment.LowerLeft, size - 1, Palette.Muted);
        canvas.Text("forgetting, points", (x.Start + x.End) / 2, y.Start + 28, Alignment.UpperCenter, size - 1, Palette.Muted);
    }

    private void DrawNames(Canvas canvas, double width, double top, double size)
    {
        double place = width - Right;
        foreach (StrengthLine line in Lines.Reverse())
        {
            string name = Canvas.Fit(line.Name, size, width / 3);
            place -= Canvas.Measure(name, size);
            canvas.Text(name, place, top - 40, Alignment.MiddleLeft, size);
            canvas.Marker(place - 12, top - 40, line.Look.Marker, 9, line.Look.Colour);
            place -= 36;
        }
    }

    // The ends of each line come first; a label that finds no place beside points and other labels is left out, its point lies between labelled ones.
    private void DrawLabels(Canvas canvas, Axis x, Axis y, double size)
    {
        LabelBox[] lines = [.. Lines.SelectMany(line => Along([.. line.Points.Select(point => (x.At(point.Forgetting), y.At(point.Intransigence)))]))];
        List<LabelBox> taken = [.. Lines.SelectMany(line => line.Points).Select(point => LabelBox.Around(x.At(point.Forgetting), y.At(point.Intransigence), 10, 10))];
        foreach (var (line, point) in Lines.SelectMany(line => EndsFirst(line.Points).Select(point => (line, point))))
        {
            double width = Canvas.Measure(point.Label, size), left = x.At(point.Forgetting), middle = y.At(point.Intransigence);
            LabelBox[] free = [.. Places.Select(place => LabelBox.Around(left + place.X * (9 + width / 2), middle + place.Y * (8 + size / 2), width + 2, size))
                .Where(box => box.Left >= x.Start - 4 && box.Right <= x.End + Right && box.Top >= y.End - 6 && box.Bottom <= y.Start && !taken.Any(box.Meets))];
            if ((free.FirstOrDefault(box => !lines.Any(box.Meets)) ?? free.FirstOrDefault()) is not { } best) continue;
            taken.Add(best);
            canvas.Text(point.Label, (best.Left + best.Right) / 2, (best.Top + best.Bottom) / 2, Alignment.MiddleCenter, size, line.Look.Colour);
        }
    }

    private static IEnumerable<LabelBox> Along((double X, double Y)[] corners)
    {
        foreach (var (from, to) in corners.Zip(corners.Skip(1)))
        {
            int pieces = Math.Max(1, (int)(Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y)) / 4);
            for (int i = 0; i <= pieces; i++) yield return LabelBox.Around(from.X + (to.X - from.X) * i / pieces, from.Y + (to.Y - from.Y) * i / pieces, 2, 2);
        }
    }

    private static readonly (double X, double Y)[] Places = [(1, 0), (0, -1), (0, 1), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1)];

    private static IEnumerable<StrengthPoint> EndsFirst(IReadOnlyList<StrengthPoint> points) =>
        points.Count < 3 ? points : [points[0], points[^1], .. points.Skip(1).SkipLast(1)];

    /// <summary>Values along a side by their square roots, so that the small differences near the best corner show beside large failures.</summary>
    private sealed record Axis(double Low, double High, double Start, double End, double[] Ticks)
    {
        private static readonly double[] Round = [0, .001, .002, .005, .01, .02, .05, .1, .2, .3, .5, .7, 1];

        public static Axis Over(IEnumerable<double> values, double start, double end)
        {
            double[] all = [.. values];
            double low = Root(Math.Min(0, all.Min())), high = Root(Math.Max(all.Max(), .01)), room = .05 * (high - low);
            Axis axis = new(low - room, high + room, start, end, []);
            return axis with { Ticks = axis.Apart(Round.Concat(Round.Skip(1).Select(tick => -tick)).Where(tick => Root(tick) >= axis.Low && Root(tick) <= axis.High)) };
        }

        public double At(double value) => Start + (Root(value) - Low) / (High - Low) * (End - Start);

        private double[] Apart(IEnumerable<double> ticks)
        {
            List<double> kept = [];
            foreach (double tick in ticks)
                if (kept.TrueForAll(other => Math.Abs(At(other) - At(tick)) >= 34)) kept.Add(tick);
            return [.. kept];
        }

        private static double Root(double value) => Math.Sign(value) * Math.Sqrt(Math.Abs(value));
    }
}
