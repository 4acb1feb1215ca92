using ScottPlot;

namespace Engram.Reports;

/// <summary>How a line is told from others: by colour, by dashes and by the marker at its points.</summary>
internal sealed record LineLook(string Colour, (double On, double Off)? Dash, MarkerShape Marker)
{
    private static readonly MarkerShape[] Markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.OpenSquare];

    private static readonly (double On, double Off)?[] Dashes = [null, (7, 4), (2.5, 3)];

    /// <summary>The look of the n-th line, from 0; 7 colours, then again with dashes, then with dots.</summary>
    public static LineLook Number(int index) =>
        new(Palette.Lines[index % Palette.Lines.Length], Dashes[index / Palette.Lines.Length % Dashes.Length], Markers[(index + index / Palette.Lines.Length) % Markers.Length]);

    /// <summary>The look of a level that needs no learning.</summary>
    public static LineLook Level { get; } = new(Palette.Muted, (4, 3), MarkerShape.None);

    /// <summary>The look of a bound, which stands back behind the methods.</summary>
    public static LineLook Bound(MarkerShape marker) => new(Palette.Muted, (10, 5), marker);
}
