using System.Buffers.Binary;
using SkiaSharp;

namespace Engram.Tests.Pictures;

/// <summary>Small pictures, whole and damaged.</summary>
internal static class Drawn
{
    /// <summary>8 x 8 pixels of (224, 32, 16) in cyan, magenta, yellow and black, as printers write them (JPEG, Adobe).</summary>
    public static byte[] CmykJpeg { get; } = Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU" +
        "FBQUFBQUFBQUFBQUFBQUFBQUFBQU/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAcJ/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAcJ/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAA4EAQACEQMRBAAAPwBLPaa6gD//2Q==");

    /// <summary>A picture of one colour.</summary>
    public static byte[] Plain(int width, int height, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(colour);
        return Encoded(bitmap, format);
    }

    /// <summary>A picture with a colour for each column and row.</summary>
    public static byte[] Of(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++) bitmap.SetPixel(column, row, colour(column, row));
        return Encoded(bitmap, format);
    }

    /// <summary>A picture that is stored as shades of grey.</summary>
    public static byte[] Grey(int width, int height, byte shade, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.GetPixelSpan().Fill(shade);
        return Encoded(bitmap, format);
    }

    /// <summary>A PNG with 16 bits for each of red, green and blue.</summary>
    public static byte[] Deep(int width, int height, SKColor colour)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.RgbaF16, SKAlphaType.Unpremul));
        bitmap.Erase(colour);
        return Encoded(bitmap, SKEncodedImageFormat.Png);
    }

    /// <summary>A bitmap file of 24 bits, bottom row first.</summary>
    public static byte[] Bmp(int width, int height, SKColor colour)
    {
        int stride = (3 * width + 3) / 4 * 4;
        byte[] file = new byte[54 + stride * height];
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, width), (22, height), (26, 1 | 24 << 16), (34, stride * height) }) BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++) ((ReadOnlySpan<byte>)[colour.Blue, colour.Green, colour.Red]).CopyTo(file.AsSpan(54 + row * stride + 3 * column));
        return file;
    }

    /// <summary>A GIF of one pixel, palette black and some colour, which is shown.</summary>
    public static byte[] Gif(SKColor colour) =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, colour.Red, colour.Green, colour.Blue, // one pixel, two colours
        0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0, 0x3B, // the frame: clear, colour 1, end
    ];

    /// <summary>A JPEG that says how it is turned (EXIF, tag 274).</summary>
    public static byte[] Turned(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0, .. jpeg[2..],
    ];

    /// <summary>The beginning of a PNG that says that it has so many pixels, and has none.</summary>
    public static byte[] EmptyPng(int width, int height)
    {
        byte[] png = Plain(1, 1, SKColors.Red);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>A JPEG that says that it has more pixels than follow.</summary>
    public static byte[] EmptyJpeg(int width, int height)
    {
        byte[] jpeg = Grey(16, 16, 90, SKEncodedImageFormat.Jpeg);
        int frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
        return jpeg;
    }

    /// <summary>Writes a picture into a folder, which is made.</summary>
    public static string Write(string folder, string name, byte[] picture)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, picture);
        return path;
    }

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
