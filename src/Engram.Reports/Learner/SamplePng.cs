using SkiaSharp;

namespace Engram.Reports.Learner;

/// <summary>Small pictures as PNG files.</summary>
internal static class SamplePng
{
    /// <summary>An input of a learner as a picture.</summary>
    /// <param name="input">Plane by plane, rows from the top. Numbers between 0 and 1 are shades; others are stretched so that their least is black and their greatest white.</param>
    /// <param name="shape">Channels (3 or more are red, green, blue and what is not shown; others grey), rows, columns.</param>
    public static byte[] Of(float[] input, IReadOnlyList<long> shape)
    {
        int rows = (int)shape[1], columns = (int)shape[2], plane = rows * columns;
        float low = Math.Min(0, input.Min()), high = Math.Max(1, input.Max());
        byte Shade(int index) => (byte)Math.Clamp(Math.Round(255 * (input[index] - low) / (high - low)), 0, 255);
        return Of(columns, rows, (x, y) =>
        {
            int at = y * columns + x;
            return shape[0] < 3 ? new(Shade(at), Shade(at), Shade(at)) : new(Shade(at), Shade(plane + at), Shade(2 * plane + at));
        });
    }

    /// <summary>A picture pixel by pixel.</summary>
    public static byte[] Of(int width, int height, Func<int, int, SKColor> colour)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(at => colour(at % width, at / width))];
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
