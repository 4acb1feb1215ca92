using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram;

/// <summary>
/// The safetensors format: eight bytes with the header's length, a JSON header with type, shape and place of every tensor and with
/// text metadata, then the numbers. Any language can read it, and reading runs no code.
/// </summary>
public static class SafeTensors
{
    private const long LargestHeader = 100_000_000;
    private const int MostDimensions = 16;

    private static readonly Dictionary<ScalarType, string> Names = new()
    {
        [ScalarType.Float64] = "F64", [ScalarType.Float32] = "F32", [ScalarType.Int64] = "I64", [ScalarType.Int32] = "I32",
        [ScalarType.Int16] = "I16", [ScalarType.Int8] = "I8", [ScalarType.Byte] = "U8", [ScalarType.Bool] = "BOOL",
    };

    private static readonly Dictionary<string, int> Sizes = new() { ["F64"] = 8, ["F32"] = 4, ["I64"] = 8, ["I32"] = 4, ["I16"] = 2, ["I8"] = 1, ["U8"] = 1, ["BOOL"] = 1 };

    /// <summary>Writes tensors and texts.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        JsonObject header = new() { ["__metadata__"] = JsonSerializer.SerializeToNode(metadata) };
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            long end = offset + tensor.numel() * tensor.ElementSize;
            header[name] = new JsonObject { ["dtype"] = Names[tensor.dtype], ["shape"] = JsonSerializer.SerializeToNode(tensor.shape), ["data_offsets"] = new JsonArray(offset, end) };
            offset = end;
        }
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
        byte[] start = new byte[8 + (text.Length + 7) / 8 * 8];
        BinaryPrimitives.WriteInt64LittleEndian(start, start.Length - 8);
        start.AsSpan(8).Fill((byte)' ');
        text.CopyTo(start, 8);
        stream.Write(start);
        using var scope = NewDisposeScope();
        foreach (Tensor tensor in tensors.Values) stream.Write(tensor.cpu().contiguous().bytes);
    }

    /// <summary>Reads tensors and texts; the tensors are the caller's.</summary>
    /// <exception cref="EngramException">The file is damaged; the message names file and place.</exception>
    public static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{path}' cannot be read: {cause.Message}", cause);
        }
        return Read(file, path);
    }

    internal static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(byte[] file, string path)
    {
        long headerLength = file.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(file);
        if (headerLength < 2 || headerLength > Math.Min(LargestHeader, file.Length - 8))
            throw Damaged(path, 0, $"a header of {headerLength} bytes was announced in a file of {file.Length}");
        Dictionary<string, Tensor> tensors = [];
        Dictionary<string, string> metadata = [];
        long left = file.Length - 8 - headerLength; // tensors that lie on one another would take more memory than the file
        try
        {
            using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, (int)headerLength));
            foreach (JsonProperty entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                    foreach (JsonProperty text in entry.Value.EnumerateObject()) metadata[text.Name] = text.Value.GetString() ?? throw new JsonException($"the text of '{Quote.Of(text.Name)}' is null");
                else if (tensors.ContainsKey(entry.Name)) throw Damaged(path, 8, $"'{Quote.Of(entry.Name)}' stands there twice");
                else
                {
                    Tensor tensor = tensors[entry.Name] = ReadTensor(file, (int)headerLength + 8, entry, path);
                    left -= tensor.numel() * tensor.ElementSize;
                    if (left < 0) throw Damaged(path, 8, $"'{Quote.Of(entry.Name)}' shares bytes with other tensors");
                }
            }
        }
        catch (EngramException)
        {
            Free();
            throw;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            Free();
            throw Damaged(path, 8, $"the header is not valid ({cause.Message.TrimEnd('.')})");
        }
        return (tensors, metadata);

        void Free()
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }

    private static Tensor ReadTensor(byte[] file, int dataStart, JsonProperty entry, string path)
    {
        string type = entry.Value.GetProperty("dtype").GetString()!;
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] place = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (!Names.ContainsValue(type)) throw Damaged(path, 8, $"'{Quote.Of(entry.Name)}' has the unknown type '{Quote.Of(type)}'");
        if (place.Length != 2 || place[0] < 0 || place[1] < place[0] || place[1] > file.Length - dataStart || shape.Any(size => size < 0 || size > file.Length) || shape.Length > MostDimensions)
            throw Damaged(path, dataStart, $"'{Quote.Of(entry.Name)}' of shape [{string.Join(", ", shape.Take(MostDimensions))}] lies at [{string.Join(", ", place.Take(2))}] of {file.Length - dataStart} bytes");
        ScalarType scalar = Names.First(pair => pair.Value == type).Key;
        double bytes = shape.Aggregate((double)Sizes[type], (product, size) => product * size);
        if (bytes != place[1] - place[0])
            throw Damaged(path, dataStart, $"'{Quote.Of(entry.Name)}' has {place[1] - place[0]} bytes but its shape [{string.Join(", ", shape)}] needs {bytes}");
        Tensor tensor = zeros(shape, dtype: scalar).DetachFromDisposeScope();
        file.AsSpan(dataStart + (int)place[0], (int)(place[1] - place[0])).CopyTo(tensor.bytes);
        return tensor;
    }

    private static EngramException Damaged(string path, long offset, string found) =>
        EngramException.Input("corrupt-checkpoint", $"'{path}' is damaged near byte {offset}: {found}. Restore the file from a copy or start the run anew.");
}
