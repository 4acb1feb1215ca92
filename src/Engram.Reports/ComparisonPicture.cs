using Engram.Experiments;
using ScottPlot;

namespace Engram.Reports;

/// <summary>
/// Mean accuracy over the tasks learned so far, after each task: a line per method and a band of one standard error over its seeds.
/// More methods than there are colours get a small chart each, the best first, between the bounds.
/// </summary>
public static class ComparisonPicture
{
    /// <summary>Draws the comparison.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    public static Picture Of(Comparison comparison)
    {
        using Canvas canvas = Chart(comparison).Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(Words.Title(comparison)).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static IChart Chart(Comparison comparison)
    {
        double lowest = Floor(comparison.Summary.Min(method => method.AccuracyCurve.Min(point => point.Mean - (point.StandardError ?? 0))) - .02);
        return comparison.Summary.Count(method => !IsBound(comparison, method)) > Palette.Lines.Length ? OnePerMethod(comparison, lowest) : new LineChart
        {
            Title = Words.Title(comparison),
            XLabel = "tasks learned",
            Lowest = lowest,
            Ticks = [.. comparison.Tasks.Select((_, task) => (task + 1.0, $"{task + 1}"))],
            Lines = [.. Looks(comparison).Select(one => Line(one.Method, one.Look))],
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

    private static SmallMultiples OnePerMethod(Comparison comparison, double lowest)
    {
        LineLook look = LineLook.Number(0);
        (MethodSummary Method, LineLook Look)[] bounds =
        [
            .. comparison.Summary.Where(method => method.Method == comparison.UpperBound).Select(method => (method, LineLook.Bound(MarkerShape.None))),
            .. comparison.Summary.Where(method => method.Method == comparison.LowerBound).Select(method => (method, LineLook.Level)),
        ];
        MethodSummary[] methods = [.. comparison.Summary.Where(method => !IsBound(comparison, method)).OrderByDescending(method => method.Accuracy.Mean)];
        return new SmallMultiples
        {
            Title = Words.Title(comparison),
            Lowest = lowest,
            Charts = [.. methods.Select((method, rank) => new SmallChart($"{rank + 1}. {method.Method}", [.. bounds.Select(bound => Line(bound.Method, bound.Look) with { Band = null }), Line(method, look)])
            {
                Value = Words.Percent(method.Accuracy.Mean),
            })],
            Key = [("the method", look), .. bounds.Select(bound => (bound.Method.Method, (LineLook?)bound.Look))],
            Caption = $"each chart from 1 to {comparison.Tasks.Count} tasks learned; accuracy in %",
        };
    }

    private static bool IsBound(Comparison comparison, MethodSummary method) => method.Method == comparison.LowerBound || method.Method == comparison.UpperBound;

    private static ChartLine Line(MethodSummary method, LineLook look) => new(method.Method, [.. method.AccuracyCurve.Select((point, k) => (k + 1.0, point.Mean))], look)
    {
        Band = [.. method.AccuracyCurve.Select(point => point.StandardError ?? 0)],
    };
}
