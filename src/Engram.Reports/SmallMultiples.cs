using ScottPlot;

namespace Engram.Reports;

/// <summary>Many lines told apart by their place: small charts of one scale side by side, where lines in one chart would tangle and colours repeat.</summary>
internal sealed record SmallMultiples : IChart
{
    private const double Edge = 6, Axis = 30, Gap = 14, TitleHeight = 20, PlotHeight = 74, BarWidth = 12, KeyLine = 18, Sample = 22;

    public required string Title { get; init; }

    /// <summary>The charts, row by row.</summary>
    public required IReadOnlyList<SmallChart> Charts { get; init; }

    /// <summary>What lines mean, the same in all charts; without a look it is the bar.</summary>
    public required IReadOnlyList<(string Name, LineLook? Look)> Key { get; init; }

    /// <summary>Colour of the bars.</summary>
    public string BarColour { get; init; } = Palette.Lines[1];

    /// <summary>What every chart shows, below them.</summary>
    public required string Caption { get; init; }

    /// <summary>The lowest accuracy shown.</summary>
    public double Lowest { get; init; }

    /// <inheritdoc/>
    /// <remarks>Two charts in a row on a phone, otherwise up to five, in rows as even as can be.</remarks>
    public Canvas Draw(double width, bool hasTitle)
    {
        int most = width < 500 ? 2 : 5, rows = (Charts.Count + most - 1) / most, columns = (Charts.Count + rows - 1) / rows;
        double keyTop = Edge + (hasTitle ? 32 : 0) + 6;
        (double X, double Y, string Name)[] places = KeyPlaces(width, keyTop);
        double top = places[^1].Y + 18, cell = (width - Axis - Edge) / columns, height = top + rows * (TitleHeight + PlotHeight + Gap) + 24;
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 2 * Edge), Edge, 8, Alignment.UpperLeft, 16);
        for (int i = 0; i < Key.Count; i++) DrawKey(canvas, Key[i].Look, places[i]);
        for (int i = 0; i < Charts.Count; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            DrawChart(canvas, Charts[i], Axis + column * cell, top + row * (TitleHeight + PlotHeight + Gap), cell - Gap, hasScale: column == 0);
        }
        canvas.Text(Canvas.Fit(Caption, 12, width - 2 * Edge), width / 2, height - Edge, Alignment.LowerCenter, 12, Palette.Muted);
        return canvas;
    }

    // Side by side as long as there is room, then on the next line.
    private (double X, double Y, string Name)[] KeyPlaces(double width, double y)
    {
        List<(double, double, string)> places = [];
        double x = Axis;
        foreach (var (name, _) in Key)
        {
            string text = Canvas.Fit(name, 12, width - Axis - Sample - 6 - Edge);
            double taken = Sample + 6 + Canvas.Measure(text, 12);
            if (x > Axis && x + taken > width - Edge) (x, y) = (Axis, y + KeyLine);
            places.Add((x, y, text));
            x += taken + 20;
        }
        return [.. places];
    }

    private void DrawKey(Canvas canvas, LineLook? look, (double X, double Y, string Name) place)
    {
        if (look is null) canvas.Box(place.X + (Sample - BarWidth) / 2, place.Y - 6, BarWidth, 12, BarColour);
        else canvas.Line([(place.X, place.Y), (place.X + Sample, place.Y)], look.Colour, 2.2, look.Dash);
        canvas.Text(place.Name, place.X + Sample + 6, place.Y, Alignment.MiddleLeft, 12);
    }

    private void DrawChart(Canvas canvas, SmallChart chart, double left, double top, double width, bool hasScale)
    {
        double bottom = top + TitleHeight + PlotHeight, right = left + width - (chart.Bar is null ? 0 : BarWidth + 6);
        PlotFrame frame = new(left, top + TitleHeight, right, bottom, chart.Lines.Min(line => line.Points[0].X), chart.Lines.Max(line => line.Points[^1].X), Lowest);
        double room = width + Gap - 4;
        if (chart.Value.Length > 0)
        {
            canvas.Text(chart.Value, left + width, top + TitleHeight - 5, Alignment.LowerRight, 11, Palette.Muted);
            room = width - Canvas.Measure(chart.Value, 11) - 6;
        }
        canvas.Text(Canvas.Fit(chart.Title, 11, room), left, top + TitleHeight - 5, Alignment.LowerLeft, 11);
        foreach (double accuracy in new[] { Lowest, (Lowest + 1) / 2, 1 })
        {
            canvas.Line([(left, frame.Y(accuracy)), (left + width, frame.Y(accuracy))], Palette.Rule, 1);
            if (hasScale) canvas.Text($"{100 * accuracy:0.#}", left - 6, frame.Y(accuracy), Alignment.MiddleRight, 11, Palette.Muted);
        }
        if (chart.Level is { } level && level >= Lowest) canvas.Line([(left, frame.Y(level)), (right, frame.Y(level))], LineLook.Level.Colour, 1.2, LineLook.Level.Dash);
        if (chart.Moment is { } moment) canvas.Line([(frame.X(moment), frame.Y(Lowest)), (frame.X(moment), frame.Y(1))], Palette.Muted, 1, (2, 3));
        foreach (ChartLine line in chart.Lines) frame.DrawBand(canvas, line);
        foreach (ChartLine line in chart.Lines)
        {
            frame.DrawLine(canvas, line, 0);
            foreach (var (x, y) in line.Points.Where(point => point.X == chart.Moment)) canvas.Marker(frame.X(x), frame.Y(y), line.Look.Marker, 6, line.Look.Colour);
        }
        if (chart.Bar is { } bar) canvas.Box(right + 6, frame.Y(bar), BarWidth, frame.Y(Lowest) - frame.Y(bar), BarColour);
    }
}
