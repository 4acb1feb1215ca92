using System.Buffers.Binary;
using System.Text.Json;

namespace Engram;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Such as <c>F32</c>.</param>
/// <param name="Shape">Its shape; the product of type and shape is the number of its bytes.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">First byte after it.</param>
internal sealed record SafeTensorsEntry(string Name, string Type, long[] Shape, long Begin, long End);

/// <summary>What stands before the numbers of a safetensors file: every tensor lies inside the file, fits its shape and shares no bytes.</summary>
/// <param name="Entries">The tensors in the order of the header.</param>
/// <param name="Metadata">The texts.</param>
/// <param name="DataStart">Byte at which the numbers begin.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, Dictionary<string, string> Metadata, long DataStart)
{
    private const long LargestHeader = 100_000_000;
    private const int MostDimensions = 16;

    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["F64"] = 8, ["F32"] = 4, ["F16"] = 2, ["BF16"] = 2, ["I64"] = 8, ["I32"] = 4, ["I16"] = 2, ["I8"] = 1, ["U64"] = 8, ["U32"] = 4, ["U16"] = 2, ["U8"] = 1, ["BOOL"] = 1,
    };

    /// <summary>Reads the header of a file.</summary>
    /// <param name="file">At its beginning; its length is known.</param>
    /// <param name="damaged">Makes the error of what was found, such as <c>near byte 8: ...</c>.</param>
    /// <exception cref="EngramException">The header is damaged.</exception>
    public static SafeTensorsHeader Read(Stream file, Func<string, EngramException> damaged)
    {
        Span<byte> start = stackalloc byte[8];
        long length = file.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(start);
        if (length < 2 || length > Math.Min(LargestHeader, file.Length - 8)) throw damaged($"near byte 0: a header of {length} bytes was announced in a file of {file.Length}");
        byte[] text = new byte[length];
        file.ReadExactly(text);
        try
        {
            return Parse(text, file.Length - 8 - length, damaged);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw damaged($"near byte 8: the header is not valid ({cause.Message.TrimEnd('.')})");
        }
    }

    private static SafeTensorsHeader Parse(byte[] text, long dataLength, Func<string, EngramException> damaged)
    {
        List<SafeTensorsEntry> entries = [];
        HashSet<string> names = [];
        Dictionary<string, string> metadata = [];
        long left = dataLength; // tensors that lie on one another would take more memory than the file
        using JsonDocument header = JsonDocument.Parse(text);
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
                foreach (JsonProperty one in entry.Value.EnumerateObject()) metadata[one.Name] = one.Value.GetString() ?? throw new JsonException($"the text of '{Quote.Of(one.Name)}' is null");
            else if (!names.Add(entry.Name)) throw damaged($"near byte 8: '{Quote.Of(entry.Name)}' stands there twice");
            else
            {
                entries.Add(Entry(entry, dataLength, 8 + text.Length, damaged));
                left -= entries[^1].End - entries[^1].Begin;
                if (left < 0) throw damaged($"near byte 8: '{Quote.Of(entry.Name)}' shares bytes with other tensors");
            }
        }
        return new(entries, metadata, 8 + text.Length);
    }

    private static SafeTensorsEntry Entry(JsonProperty entry, long dataLength, long dataStart, Func<string, EngramException> damaged)
    {
        string type = entry.Value.GetProperty("dtype").GetString()!;
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] place = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (type is null || !Sizes.TryGetValue(type, out int size)) throw damaged($"near byte 8: '{Quote.Of(entry.Name)}' has the unknown type '{Quote.Of(type)}'");
        if (place.Length != 2 || place[0] < 0 || place[1] < place[0] || place[1] > dataLength || shape.Any(one => one < 0 || one > dataStart + dataLength) || shape.Length > MostDimensions)
            throw damaged($"near byte {dataStart}: '{Quote.Of(entry.Name)}' of shape [{string.Join(", ", shape.Take(MostDimensions))}] lies at [{string.Join(", ", place.Take(2))}] of {dataLength} bytes");
        double bytes = shape.Aggregate((double)size, (product, one) => product * one);
        if (bytes != place[1] - place[0]) throw damaged($"near byte {dataStart}: '{Quote.Of(entry.Name)}' has {place[1] - place[0]} bytes but its shape [{string.Join(", ", shape)}] needs {bytes}");
        return new(entry.Name, type, shape, place[0], place[1]);
    }
}
