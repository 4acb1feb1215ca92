using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Engram.OwnData.Features;

/// <summary>One array in the <c>.npy</c> format of NumPy: a mark, a header that is a Python dictionary, then the numbers (NEP 1).</summary>
internal static partial class NpyFile
{
    private const int LongestHeader = 1 << 16;
    private static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Opens an array; nothing but the header is read.</summary>
    /// <exception cref="EngramException">It is none, or of a kind that cannot be read.</exception>
    public static StoredArray Open(string path)
    {
        using FileStream file = DataFile.Open(path);
        var (type, shape, start) = DataFile.Read(path, () => ReadHeader(file, path));
        return StoredArray.OnDisk(path, type, shape, start, file.Length - start);
    }

    /// <summary>Reads the header alone.</summary>
    /// <param name="file">At its beginning.</param>
    /// <param name="path">Named in errors.</param>
    /// <returns>How numbers lie in it, the shape with the items first, and where the numbers begin.</returns>
    /// <exception cref="EngramException">As for <see cref="Open"/>.</exception>
    public static (StoredType Type, long[] Shape, int Start) ReadHeader(Stream file, string path)
    {
        Span<byte> start = stackalloc byte[12];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < Mark.Length || !start[..Mark.Length].SequenceEqual(Mark))
            throw DataFile.Wrong($"'{path}' does not begin as a .npy file does: {Convert.ToHexString(start[..Math.Min(read, Mark.Length)])} was found and {Convert.ToHexString(Mark)} expected; save it with numpy.save.");
        if (read < start.Length) throw DataFile.Wrong($"'{path}' ends at byte {read}, inside its header; save or copy it again.");
        if (start[6] is < 1 or > 3) throw DataFile.Wrong($"'{path}' is of version {start[6]} of the .npy format, and 1 to 3 can be read; save it with numpy.save.");
        int begin = start[6] == 1 ? 10 : 12;
        long length = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > LongestHeader || length < 2) throw DataFile.Wrong($"'{path}' announces a header of {length} bytes, and 2 to {LongestHeader} were expected; save or copy it again.");
        byte[] text = new byte[length];
        start[begin..].CopyTo(text);
        int inStart = start.Length - begin;
        int more = file.ReadAtLeast(text.AsSpan(inStart), text.Length - inStart, throwOnEndOfStream: false);
        if (inStart + more < length) throw DataFile.Wrong($"'{path}' ends at byte {begin + inStart + more}, inside its header; save or copy it again.");
        string header = Encoding.UTF8.GetString(text);
        return (TypeIn(header, path), ShapeIn(header, path), begin + (int)length);
    }

    private static StoredType TypeIn(string header, string path)
    {
        if (Type().Match(header) is not { Success: true } found) throw Unreadable("type ('descr')", header, path);
        string text = found.Groups["type"].Value;
        if (text.Length == 0) throw DataFile.Wrong($"'{path}' holds an array of records with named fields; save each field as an array of its own.");
        if (text.Contains('O')) throw DataFile.Wrong($"'{path}' holds Python objects ('{Quote.Of(text)}'), which only Python can read; save numbers or texts, such as numpy.asarray(x, dtype=numpy.float32).");
        StoredType type = text.Length >= 3 && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size < 1 << 20
            ? new(text[1], text[1] == 'U' ? 4 * size : size, text[0] == '>') : default;
        if (text[0] is not ('<' or '>' or '|' or '=') || type.Kind == 'B' || !type.IsKnown)
            throw DataFile.Wrong($"'{path}' holds an array of the type '{Quote.Of(text)}', which cannot be read; save it as float32, an integer type or text, such as numpy.asarray(x, dtype=numpy.float32).");
        return type;
    }

    private static long[] ShapeIn(string header, string path)
    {
        if (Shape().Match(header) is not { Success: true } found) throw Unreadable("shape", header, path);
        string[] sizes = found.Groups["sizes"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] shape = [.. sizes.Select(size => long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw DataFile.Wrong($"'{path}' has the size '{Quote.Of(size)}' in its shape, where a number of at most {long.MaxValue} was expected; save or copy it again."))];
        if (Order().Match(header) is not { Success: true } order) throw Unreadable("order ('fortran_order')", header, path);
        if (order.Groups["fortran"].Value == "True" && shape.Count(size => size > 1) > 1)
            throw DataFile.Wrong($"'{path}' is in Fortran order, column by column, so no record lies together; save numpy.ascontiguousarray(x).");
        return shape;
    }

    private static EngramException Unreadable(string what, string header, string path) =>
        DataFile.Wrong($"'{path}' is damaged: its header '{Quote.Of(header.TrimEnd())}' has no {what} that can be read; save it again with numpy.save.");

    [GeneratedRegex(@"'descr'\s*:\s*(?:'(?<type>[^']+)'|\[)")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<sizes>[^()]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<fortran>True|False)")]
    private static partial Regex Order();
}
