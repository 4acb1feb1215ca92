using Engram.Experiments.Recipes;

namespace Engram.Reports;

/// <summary>Forgetting against intransigence for the sweeps of a reproduction (Chaudhry et al. 2018, arXiv 1801.10112): what a strength buys, and at what price.</summary>
public static class StrengthPicture
{
    /// <summary>Draws the sweeps; null where none has both numbers.</summary>
    public static Picture? Of(Reproduction reproduction)
    {
        if (Chart(reproduction) is not { } chart) return null;
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static StrengthChart? Chart(Reproduction reproduction)
    {
        StrengthLine[] lines = [.. reproduction.Sweeps.Select((sweep, i) => new StrengthLine(sweep.Label, [.. Points(sweep)], LineLook.Number(i))).Where(line => line.Points.Count > 0)];
        return lines.Length == 0 ? null : new() { Title = $"{reproduction.Plan.Recipe.Title}: forgetting against intransigence", Lines = lines };
    }

    private static IEnumerable<StrengthPoint> Points(SweepOutcome sweep)
    {
        foreach (SweepPoint point in sweep.Points)
            if (point is { Forgetting: { } forgetting, Intransigence: { } intransigence })
                yield return new(Words.Strength(point.Value), forgetting.Mean, intransigence.Mean);
    }
}
