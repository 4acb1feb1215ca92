using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Engram.Reports;

/// <summary>
/// A sheet to draw on with ScottPlot, measured in SVG units from the top left corner. Each picture has its own, so pictures may be
/// drawn on several threads.
/// </summary>
internal sealed class Canvas : IDisposable
{
    private const int PngLevel = 6; // of zlib, 0 to 9
    private readonly Plot plot = new();
    private readonly List<(string Text, string Anchor)> texts = [];
    private readonly double width;
    private readonly double height;

    public Canvas(double width, double height)
    {
        (this.width, this.height) = (Math.Ceiling(width), Math.Ceiling(height));
        plot.Layout.Frameless();
        plot.HideAxesAndGrid();
        plot.FigureBackground.Color = Color.FromHex(Palette.Paper);
        plot.Axes.SetLimits(0, this.width, 0, this.height);
    }

    /// <summary>Width of a text.</summary>
    public static double Measure(string text, double size)
    {
        using Paint paint = Paint.NewDisposablePaint();
        return new LabelStyle { FontName = PictureFont.For(Printable(text)), FontSize = (float)size }.Measure(Printable(text), paint).Width;
    }

    /// <summary>The text, cut with an ellipsis to fit into the width.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Measure(text, size) <= width) return text;
        int length = text.Length;
        while (length > 1 && Measure(text[..length] + "…", size) > width) length--;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length].TrimEnd() + "…";
    }

    public void Text(string text, double x, double y, Alignment alignment, double size, string colour = Palette.Ink, double rotation = 0)
    {
        if (string.IsNullOrWhiteSpace(text)) return;
        texts.Add((Printable(text), Anchor(alignment)));
        Text label = plot.Add.Text(Printable(text), x, height - y);
        label.Alignment = alignment;
        label.LabelFontName = PictureFont.For(Printable(text));
        label.LabelFontSize = (float)size;
        label.LabelFontColor = Color.FromHex(colour);
        label.LabelRotation = (float)rotation;
    }

    public void Box(double x, double y, double boxWidth, double boxHeight, string? fill, string? outline = null, double outlineWidth = 0)
    {
        Rectangle box = plot.Add.Rectangle(x, x + boxWidth, height - y - boxHeight, height - y);
        box.FillColor = fill is null ? Colors.Transparent : Color.FromHex(fill);
        box.LineColor = outline is null ? Colors.Transparent : Color.FromHex(outline);
        box.LineWidth = (float)outlineWidth;
    }

    /// <param name="points">Corners of the line.</param>
    /// <param name="colour">Colour.</param>
    /// <param name="lineWidth">Thickness.</param>
    /// <param name="dash">Length of dashes and of the gaps between them; null for a solid line.</param>
    /// <param name="opacity">1 is opaque.</param>
    public void Line(IReadOnlyList<(double X, double Y)> points, string colour, double lineWidth, (double On, double Off)? dash = null, double opacity = 1)
    {
        Scatter line = plot.Add.ScatterLine((dash is { } lengths ? Dashed(points, lengths.On, lengths.Off) : points).Select(At).ToArray());
        line.LineColor = Color.FromHex(colour).WithAlpha(opacity);
        line.LineWidth = (float)lineWidth;
    }

    public void Marker(double x, double y, MarkerShape shape, double size, string colour, double opacity = 1) =>
        plot.Add.Marker(x, height - y, shape, (float)size, Color.FromHex(colour).WithAlpha(opacity));

    public void Area(IReadOnlyList<(double X, double Y)> outline, string colour, double opacity)
    {
        Polygon area = plot.Add.Polygon([.. outline.Select(At)]);
        area.FillColor = Color.FromHex(colour).WithAlpha(opacity);
        area.LineWidth = 0;
    }

    /// <summary>The drawing as an SVG element with a title for people who do not see it.</summary>
    public SvgElement ToSvg(string title) => SvgElement.Parse(plot.GetSvgXml((int)width, (int)height), title, texts);

    /// <summary>The drawing as a PNG file with two pixels per unit.</summary>
    public byte[] ToPng()
    {
        plot.ScaleFactor = 2;
        using SKBitmap bitmap = new((int)width * 2, (int)height * 2, SKColorType.Rgba8888, SKAlphaType.Premul);
        using SKCanvas canvas = new(bitmap);
        plot.Render(canvas, bitmap.Width, bitmap.Height);
        using SKPixmap pixels = bitmap.PeekPixels();
        // Looking for the best filter of every row takes longer than all of the drawing, and even areas are shorter without one.
        using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.None, PngLevel))
            ?? throw new InvalidOperationException($"A picture of {bitmap.Width} x {bitmap.Height} pixels cannot be written as PNG.");
        return png.ToArray();
    }

    public void Dispose() => plot.Dispose();

    // The engine's own dashes become hundreds of outlines in an SVG and a complaint on standard error for each line.
    private static List<(double X, double Y)> Dashed(IReadOnlyList<(double X, double Y)> points, double on, double off)
    {
        List<(double X, double Y)> dashes = [];
        double travelled = 0;
        for (int i = 1; i < points.Count; i++)
        {
            ((double x, double y), (double toX, double toY)) = (points[i - 1], points[i]);
            double length = Math.Sqrt((toX - x) * (toX - x) + (toY - y) * (toY - y));
            for (double done = 0; done < length;)
            {
                double phase = (travelled + done) % (on + off);
                double next = Math.Min(length, done + Math.Max((phase < on ? on : on + off) - phase, 1e-6));
                if (phase < on)
                    dashes.AddRange([At(done / length), At(next / length), (double.NaN, double.NaN)]);
                done = next;
            }
            travelled += length;

            (double, double) At(double share) => (x + share * (toX - x), y + share * (toY - y));
        }
        return dashes;
    }

    private static string Anchor(Alignment alignment) => alignment switch
    {
        Alignment.UpperLeft or Alignment.MiddleLeft or Alignment.LowerLeft => "start",
        Alignment.UpperRight or Alignment.MiddleRight or Alignment.LowerRight => "end",
        _ => "middle",
    };

    private Coordinates At((double X, double Y) point) => new(point.X, height - point.Y);

    private static string Printable(string text) => Words.Clean(text).Replace('\n', ' ').Replace('\t', ' ');
}
