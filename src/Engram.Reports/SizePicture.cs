using Engram.Experiments;

namespace Engram.Reports;

/// <summary>What accuracy costs in memory: accuracy at the end against the size of all parameters in use and everything kept besides, a point per method.</summary>
public static class SizePicture
{
    private const int BytesPerParameter = sizeof(float);

    /// <summary>Draws the comparison.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    public static Picture Of(Comparison comparison)
    {
        using Canvas canvas = Chart(comparison).Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(Chart(comparison).Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static SizeChart Chart(Comparison comparison) => new()
    {
        Title = $"Accuracy against size: {Words.Title(comparison)}",
        Lowest = ComparisonPicture.Floor(comparison.Summary.Min(method => method.Accuracy.Mean - (method.Accuracy.StandardError ?? 0)) - .02),
        Points = [.. ComparisonPicture.Looks(comparison).Select(one => new SizePoint(one.Method.Method,
            BytesPerParameter * one.Method.Parameters.Mean + one.Method.StoredBytes.Mean, one.Method.Accuracy.Mean, one.Method.Accuracy.StandardError ?? 0, one.Look))],
    };
}
