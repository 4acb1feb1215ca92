using System.Buffers;
using System.Buffers.Binary;
using SkiaSharp;

namespace Engram.Pictures;

/// <summary>
/// Makes squares of bytes of pictures: turned as they say (EXIF), in sRGB, clear pixels over white, the short side brought to the square's side and the
/// middle of the long one cut out. JPEGs are decoded at the smallest of their eighths that still has the size, so that huge ones cost little.
/// </summary>
/// <remarks>Nothing is kept: any number of threads may decode.</remarks>
internal static class PictureDecoder
{
    /// <summary>Most bytes of a picture's file.</summary>
    public const long MostBytes = 1L << 28;

    /// <summary>Most pixels that are decoded at once, four bytes each.</summary>
    public const long MostPixels = 1L << 26;

    private static ReadOnlySpan<byte> EndOfJpeg => [0xFF, 0xD9];

    private const int JpegSteps = 8, TailOfJpeg = 1 << 16;

    // Pictures of more pixels than this are decoded one at a time, so that memory does not grow with the number of cores.
    private const long ManyPixels = 1L << 24;
    private static readonly Lock OneAtATime = new();
    private static readonly float[] LumaOfRgb = [0.299f, 0.587f, 0.114f]; // Rec. 601

    /// <summary>Reads the beginning of a picture and sees whether the end is there.</summary>
    /// <param name="file">All bytes of its file.</param>
    /// <param name="where">Names it in messages.</param>
    /// <exception cref="EngramException">It is damaged, of no form that is read, or too large.</exception>
    public static PictureHeader Inspect(byte[] file, string where)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = Open(data, file, where);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        _ = Dimensions(codec, 1, where);
        if (!IsWhole(codec.EncodedFormat, file)) throw Damaged(where, $"breaks off after {file.Length} bytes");
        return IsTurned(codec.EncodedOrigin) ? new(height, width, IsGrey(codec)) : new(width, height, IsGrey(codec));
    }

    /// <summary>Decodes a picture.</summary>
    /// <param name="file">All bytes of its file.</param>
    /// <param name="side">Pixels of a side of the square.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <param name="where">Names it in messages.</param>
    /// <returns>[channels, side, side], 0 to 255.</returns>
    /// <exception cref="EngramException">It is damaged, of no form that is read, or too large.</exception>
    public static byte[] Decode(byte[] file, int side, int channels, string where)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = Open(data, file, where);
        SKSizeI size = Dimensions(codec, side, where);
        if ((long)size.Width * size.Height <= ManyPixels) return Decode(codec, size, side, channels, where);
        lock (OneAtATime) return Decode(codec, size, side, channels, where);
    }

    private static byte[] Decode(SKCodec codec, SKSizeI size, int side, int channels, string where)
    {
        using SKColorSpace space = SKColorSpace.CreateSrgb();
        using SKBitmap bitmap = new();
        if (!bitmap.TryAllocPixels(new(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, space)))
            throw EngramException.Failure("no-memory", $"There is no memory for the {size.Width} x {size.Height} pixels of {where}. Close other programs, or make the picture smaller.");
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success) throw Damaged(where, result == SKCodecResult.IncompleteInput ? "breaks off" : $"cannot be decoded ({result})");
        return Square(bitmap.GetPixelSpan(), size, side, channels, codec.EncodedOrigin);
    }

    private static byte[] Square(ReadOnlySpan<byte> pixels, SKSizeI size, int side, int channels, SKEncodedOrigin origin)
    {
        int shorter = Math.Min(size.Width, size.Height), plane = side * side;
        Resampling columns = new(size.Width, (size.Width - shorter) / 2.0, shorter, side), rows = new(size.Height, (size.Height - shorter) / 2.0, shorter, side);
        float[] line = ArrayPool<float>.Shared.Rent(size.Width), narrow = ArrayPool<float>.Shared.Rent(size.Height * side), planes = ArrayPool<float>.Shared.Rent(3 * plane);
        for (int channel = 0; channel < 3; channel++)
        {
            for (int row = 0; row < size.Height; row++)
            {
                OverWhite(pixels.Slice(4 * row * size.Width, 4 * size.Width), channel, line);
                columns.Row(line, narrow.AsSpan(row * side, side));
            }
            rows.Rows(narrow, side, planes.AsSpan(channel * plane, plane));
        }
        byte[] square = new byte[channels * plane];
        for (int i = 0; i < square.Length; i++)
        {
            int source = i / plane * plane + SourceOf(origin, i % plane / side, i % side, side);
            square[i] = (byte)float.Round(channels == 3 ? planes[source] : LumaOfRgb[0] * planes[source] + LumaOfRgb[1] * planes[plane + source] + LumaOfRgb[2] * planes[2 * plane + source]);
        }
        ArrayPool<float>.Shared.Return(line);
        ArrayPool<float>.Shared.Return(narrow);
        ArrayPool<float>.Shared.Return(planes);
        return square;
    }

    private static void OverWhite(ReadOnlySpan<byte> rgba, int channel, Span<float> line)
    {
        for (int i = 0; 4 * i < rgba.Length; i++)
        {
            byte alpha = rgba[4 * i + 3];
            line[i] = alpha == 255 ? rgba[4 * i + channel] : 255 - alpha / 255f * (255 - rgba[4 * i + channel]);
        }
    }

    // Where a pixel of the picture as it is seen stands in the picture as it is stored: row 0 and column 0 are stored at the sides that the origin names.
    private static int SourceOf(SKEncodedOrigin origin, int row, int column, int side)
    {
        int last = side - 1;
        (int sourceRow, int sourceColumn) = origin switch
        {
            SKEncodedOrigin.TopRight => (row, last - column),
            SKEncodedOrigin.BottomRight => (last - row, last - column),
            SKEncodedOrigin.BottomLeft => (last - row, column),
            SKEncodedOrigin.LeftTop => (column, row),
            SKEncodedOrigin.RightTop => (last - column, row),
            SKEncodedOrigin.RightBottom => (last - column, last - row),
            SKEncodedOrigin.LeftBottom => (column, last - row),
            _ => (row, column),
        };
        return sourceRow * side + sourceColumn;
    }

    private static bool IsTurned(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    private static bool IsGrey(SKCodec codec) => codec.Info.ColorType == SKColorType.Gray8;

    private static SKCodec Open(SKData data, byte[] file, string where)
    {
        if (file.Length == 0) throw Damaged(where, "is empty");
        SKCodec? codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif) return codec;
        string found = codec is null ? $"begins with the bytes {Convert.ToHexString(file.AsSpan(0, Math.Min(8, file.Length)))}, which no picture does that can be read" : $"is a picture of the form {codec.EncodedFormat}";
        codec?.Dispose();
        throw Damaged(where, found);
    }

    // The size at which a picture is decoded so that its short side has as many pixels as are wanted, where it has so many.
    private static SKSizeI Dimensions(SKCodec codec, int side, string where)
    {
        SKSizeI size = codec.Info.Size;
        for (int step = 1; step < JpegSteps && codec.EncodedFormat == SKEncodedImageFormat.Jpeg; step++)
            if (codec.GetScaledDimensions((float)step / JpegSteps) is var scaled && Math.Min(scaled.Width, scaled.Height) >= side)
            {
                size = scaled;
                break;
            }
        if (size.Width < 1 || size.Height < 1) throw Damaged(where, $"says that it has {size.Width} x {size.Height} pixels");
        if ((long)size.Width * size.Height > MostPixels)
            throw EngramException.Input("picture-too-large", $"{where} has {codec.Info.Width} x {codec.Info.Height} pixels, but at most {MostPixels:N0} are decoded at once. Make it smaller or leave it out.");
        return size;
    }

    private static bool IsWhole(SKEncodedImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        SKEncodedImageFormat.Jpeg => file[^Math.Min(file.Length, TailOfJpeg)..].LastIndexOf(EndOfJpeg) >= 0, // the marker of the end, after which some cameras write more
        SKEncodedImageFormat.Png => HasEndOfPng(file),
        SKEncodedImageFormat.Webp => file.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) <= file.Length - 8,
        _ => true, // decoding tells
    };

    private static bool HasEndOfPng(ReadOnlySpan<byte> file)
    {
        const int Signature = 8, Frame = 12; // length and kind before each chunk, checksum after it
        for (long at = Signature; at + Frame <= file.Length;)
        {
            if (file.Slice((int)at + 4, 4).SequenceEqual("IEND"u8)) return true;
            at += Frame + (long)BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
        }
        return false;
    }

    private static EngramException Damaged(string where, string found) =>
        EngramException.Input("damaged-picture", $"{where} {found}. Replace it or take it away, or leave out damaged pictures with stream.skipDamaged=true.");
}
