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
    private static readonly Dictionary<ScalarType, string> Names = new()
    {
        [ScalarType.Float64] = "F64", [ScalarType.Float32] = "F32", [ScalarType.Int64] = "I64", [ScalarType.Int32] = "I32",
        [ScalarType.Int16] = "I16", [ScalarType.Int8] = "I8", [ScalarType.Byte] = "U8", [ScalarType.Bool] = "BOOL",
    };

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
        using MemoryStream stream = new(file);
        SafeTensorsHeader header = SafeTensorsHeader.Read(stream, Damaged);
        if (header.Entries.FirstOrDefault(entry => !Names.ContainsValue(entry.Type)) is { } strange) throw Damaged($"near byte 8: '{Quote.Of(strange.Name)}' has the type '{strange.Type}', which no checkpoint has");
        return (header.Entries.ToDictionary(entry => entry.Name, entry => ReadTensor(file, header.DataStart, entry)), header.Metadata);

        EngramException Damaged(string found) => EngramException.Input("corrupt-checkpoint", $"'{path}' is damaged {found}. Restore the file from a copy or start the run anew.");
    }

    private static Tensor ReadTensor(byte[] file, long dataStart, SafeTensorsEntry entry)
    {
        Tensor tensor = zeros(entry.Shape, dtype: Names.First(pair => pair.Value == entry.Type).Key).DetachFromDisposeScope();
        file.AsSpan((int)(dataStart + entry.Begin), (int)(entry.End - entry.Begin)).CopyTo(tensor.bytes);
        return tensor;
    }
}
