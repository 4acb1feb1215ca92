using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Engram.Methods;

namespace Engram.Experiments;

/// <summary>Writes the images of an exhibit as one sheet: a gray PNG file (RFC 2083), ten images in a row, two pixels for one.</summary>
public static class ExhibitSheet
{
    private const int Columns = 10, Scale = 2, Gap = 2;
    private const byte Ground = 96;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(value => Enumerable.Range(0, 8).Aggregate((uint)value, (crc, _) => (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1))];

    /// <summary>The bytes of the file.</summary>
    public static byte[] ToPng(ExhibitImages exhibit)
    {
        int columns = Math.Min(Columns, exhibit.Count), rows = (exhibit.Count + columns - 1) / columns;
        int stepDown = exhibit.Height * Scale + Gap, stepRight = exhibit.Width * Scale + Gap;
        int height = rows * stepDown + Gap, width = columns * stepRight + Gap;
        byte[] lines = new byte[height * (width + 1)]; // every line begins with its filter, 0 for none
        for (int y = 0; y < height; y++)
        {
            Span<byte> line = lines.AsSpan(y * (width + 1) + 1, width);
            for (int x = 0; x < width; x++) line[x] = PixelAt(x, y);
        }
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13]; // size, 8 bits, gray, no interlacing
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compress(lines));
        WriteChunk(file, "IEND", []);
        return file.ToArray();

        byte PixelAt(int x, int y)
        {
            var (row, down) = Math.DivRem(y - Gap, stepDown);
            var (column, right) = Math.DivRem(x - Gap, stepRight);
            int image = row * columns + column;
            bool inside = x >= Gap && y >= Gap && down < exhibit.Height * Scale && right < exhibit.Width * Scale && image < exhibit.Count;
            return inside ? exhibit.Pixels[(image * exhibit.Height + down / Scale) * exhibit.Width + right / Scale] : Ground;
        }
    }

    private static byte[] Compress(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal)) zlib.Write(bytes);
        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~body.Aggregate(uint.MaxValue, (crc, value) => CrcTable[(byte)crc ^ value] ^ (crc >> 8)));
        file.Write(number);
    }
}
