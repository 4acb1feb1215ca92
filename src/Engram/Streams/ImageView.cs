using Engram.Datasets;

namespace Engram.Streams;

/// <summary>What a task does to the pixels of every image; all tasks of a stream share one scaling.</summary>
/// <param name="Mean">Subtracted from a pixel in the range 0 to 1.</param>
/// <param name="Deviation">Then divided by; positive.</param>
/// <param name="Height">Rows after moving pixels.</param>
/// <param name="Width">Columns after moving pixels.</param>
/// <param name="SourceOfPixel">For each pixel the index it is taken from in the original image, -1 for background; null where nothing moves.</param>
/// <param name="Noise">Added to every pixel; null for none.</param>
/// <param name="Variation">How pixels move from image to image, in place of <paramref name="SourceOfPixel"/>; null where all move alike.</param>
public sealed record ImageView(double Mean, double Deviation, int Height, int Width, int[]? SourceOfPixel, PixelNoise? Noise, ImageVariation? Variation = null)
{
    /// <summary>Where pixels are taken from, in every way that occurs.</summary>
    internal IEnumerable<int[]> Sources => Variation?.Sources ?? (SourceOfPixel is null ? [] : [SourceOfPixel]);

    /// <summary>Puts a border of background around the moved image.</summary>
    /// <param name="border">Pixels on each side, 0 or more.</param>
    /// <param name="channels">Colour planes.</param>
    public ImageView Pad(int border, int channels)
    {
        if (border == 0) return this;
        int height = Height + 2 * border, width = Width + 2 * border;
        if (Variation is { } variation) return this with { Height = height, Width = width, Variation = variation.Map(source => Padded(source, border, channels)) };
        return this with { Height = height, Width = width, SourceOfPixel = Padded(SourceOfPixel, border, channels) };
    }

    private int[] Padded(int[]? source, int border, int channels)
    {
        int height = Height + 2 * border, width = Width + 2 * border;
        int[] padded = new int[channels * height * width];
        Array.Fill(padded, -1);
        for (int channel = 0; channel < channels; channel++)
            for (int row = 0; row < Height; row++)
                for (int column = 0; column < Width; column++)
                {
                    int inner = (channel * Height + row) * Width + column;
                    padded[(channel * height + row + border) * width + column + border] = source is null ? inner : source[inner];
                }
        return padded;
    }

    /// <summary>Turns images counter-clockwise about their centre by taking for each pixel its nearest source.</summary>
    /// <param name="images">Gives channels and size.</param>
    /// <param name="degrees">Angle.</param>
    public static int[] Rotation(LabeledImages images, double degrees)
    {
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        double centreRow = (images.Height - 1) / 2.0, centreColumn = (images.Width - 1) / 2.0;
        int[] source = new int[images.PixelsPerImage];
        for (int i = 0; i < source.Length; i++)
        {
            int channel = i / (images.Height * images.Width), row = i / images.Width % images.Height, column = i % images.Width;
            double down = row - centreRow, right = column - centreColumn;
            int fromRow = (int)Math.Round(centreRow + cosine * down + sine * right), fromColumn = (int)Math.Round(centreColumn - sine * down + cosine * right);
            bool inside = fromRow >= 0 && fromRow < images.Height && fromColumn >= 0 && fromColumn < images.Width;
            source[i] = inside ? (channel * images.Height + fromRow) * images.Width + fromColumn : -1;
        }
        return source;
    }
}
