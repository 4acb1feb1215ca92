namespace Engram.Reports;

/// <summary>One of several small charts of the same scale.</summary>
/// <param name="Title">Written above it.</param>
/// <param name="Lines">Its lines, the later ones on top.</param>
internal sealed record SmallChart(string Title, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Written at the right end of the title.</summary>
    public string Value { get; init; } = "";

    /// <summary>Place along x of a dotted line; null for none.</summary>
    public double? Moment { get; init; }

    /// <summary>Accuracy at which a dashed line runs across; null for none.</summary>
    public double? Level { get; init; }

    /// <summary>Accuracy that a bar at the right shows; null for none.</summary>
    public double? Bar { get; init; }
}
