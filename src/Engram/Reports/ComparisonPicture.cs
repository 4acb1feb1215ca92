using Engram.Experiments;
using ScottPlot;

namespace Engram.Reports;

/// <summary>Mean accuracy over the tasks learned so far, after each task: a line per method and a band of one standard error over its seeds.</summary>
public static class ComparisonPicture
{
    /// <summary>Draws the comparison.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    public static Picture Of(Comparison comparison)
    {
        using Canvas canvas = Chart(comparison).Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(Words.Title(comparison)).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static LineChart Chart(Comparison comparison)
    {
        double lowest = comparison.Summary.Min(method => method.AccuracyCurve.Min(point => point.Mean - (point.StandardError ?? 0)));
        return new LineChart
        {
            Title = Words.Title(comparison),
            XLabel = "tasks learned",
            Lowest = Floor(lowest - .02),
            Ticks = [.. comparison.Tasks.Select((_, task) => (task + 1.0, $"{task + 1}"))],
            Lines = Lines(comparison),
        };
    }

    // A multiple of the step between the grid's lines, so that 100 % is one of them.
    internal static double Floor(double accuracy) => Math.Clamp(accuracy >= .4 ? Math.Floor(accuracy * 10) / 10 : Math.Floor(accuracy * 5) / 5, 0, .9);

    /// <summary>The look of each method, the same in all pictures of a comparison.</summary>
    internal static IEnumerable<(MethodSummary Method, LineLook Look)> Looks(Comparison comparison)
    {
        int next = 0;
        foreach (MethodSummary method in comparison.Summary)
            yield return (method, method.Method == comparison.LowerBound ? LineLook.Bound(MarkerShape.FilledTriangleDown)
                : method.Method == comparison.UpperBound ? LineLook.Bound(MarkerShape.FilledTriangleUp)
                : LineLook.Number(next++));
    }

    private static IReadOnlyList<ChartLine> Lines(Comparison comparison) =>
    [
        .. Looks(comparison).Select(one => new ChartLine(one.Method.Method, [.. one.Method.AccuracyCurve.Select((point, k) => (k + 1.0, point.Mean))], one.Look)
        {
            Band = [.. one.Method.AccuracyCurve.Select(point => point.StandardError ?? 0)],
        }),
    ];
}
