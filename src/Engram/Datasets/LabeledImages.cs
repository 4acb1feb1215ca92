namespace Engram.Datasets;

/// <summary>Images with one label each, as bytes: one row-major image after the other, channels first.</summary>
public sealed class LabeledImages
{
    private readonly byte[] pixels;
    private readonly byte[] labels;

    /// <summary>Takes over the arrays without copying them.</summary>
    /// <param name="pixels">Count x channels x height x width bytes, 0 to 255.</param>
    /// <param name="labels">One label per image, 0 to classes - 1.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ArgumentException">The arrays' lengths do not fit together.</exception>
    public LabeledImages(byte[] pixels, byte[] labels, int channels, int height, int width)
    {
        (this.pixels, this.labels, Channels, Height, Width) = (pixels, labels, channels, height, width);
        if (pixels.Length != (long)labels.Length * PixelsPerImage)
            throw new ArgumentException($"{labels.Length} images of {channels}x{height}x{width} need {(long)labels.Length * PixelsPerImage} bytes, not {pixels.Length}.", nameof(pixels));
    }

    /// <summary>Colour planes per image.</summary>
    public int Channels { get; }

    /// <summary>Rows per image.</summary>
    public int Height { get; }

    /// <summary>Columns per image.</summary>
    public int Width { get; }

    /// <summary>Number of images.</summary>
    public int Count => labels.Length;

    /// <summary>Bytes per image.</summary>
    public int PixelsPerImage => Channels * Height * Width;

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Pixels(int image) => pixels.AsSpan(image * PixelsPerImage, PixelsPerImage);

    /// <summary>The bytes of all images.</summary>
    internal ReadOnlySpan<byte> AllPixels => pixels;

    /// <summary>All labels in the order of the images.</summary>
    public ReadOnlySpan<byte> Labels => labels;
}
