using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram;

/// <summary>
/// A state in one file: its tensors, and in the metadata its other values, a header that says whose state it is, and a checksum of it all. It is
/// replaced as a whole, so a stop at any moment leaves the old one or the new one.
/// </summary>
internal static class StateFile
{
    private const string Schema = "1";

    /// <summary>Writes the file.</summary>
    /// <exception cref="EngramException">It cannot be written; the old one is kept.</exception>
    public static void Save(string path, StateBag state, JsonObject header) => AtomicFile.Write(path, stream => Write(stream, state, header));

    /// <summary>What the file holds.</summary>
    public static void Write(Stream stream, StateBag state, JsonObject header)
    {
        string values = state.Values.ToJsonString(), configuration = header.ToJsonString();
        Dictionary<string, string> metadata = new()
        {
            ["schema"] = Schema, ["engram"] = EngramVersion.Current, ["config"] = configuration,
            ["state"] = values, ["sha256"] = Digest(configuration + values, state.Tensors),
        };
        SafeTensors.Write(stream, state.Tensors, metadata);
    }

    /// <summary>Reads what <see cref="SafeTensors.Read(string)"/> made of the file. The tensors are the caller's; they are freed where the file is refused.</summary>
    /// <param name="content">Tensors and metadata.</param>
    /// <param name="path">For messages.</param>
    /// <param name="what">What the file should be, such as <c>a checkpoint of Engram</c>.</param>
    /// <exception cref="EngramException">It is damaged, or of another version.</exception>
    public static (Dictionary<string, Tensor> Tensors, JsonObject Values, JsonObject Header) Read((Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) content, string path, string what)
    {
        var (tensors, metadata) = content;
        try
        {
            if (!metadata.TryGetValue("state", out string? text) || !metadata.TryGetValue("schema", out string? schema))
                throw EngramException.Input("corrupt-checkpoint", $"'{path}' has no state in it; it is not {what}.");
            if (schema != Schema)
                throw EngramException.Input("other-version", $"'{path}' has schema {Quote.Of(schema)}, but Engram {EngramVersion.Current} reads schema {Schema}; use the Engram that wrote it.");
            string configuration = metadata.GetValueOrDefault("config", "{}");
            string expected = metadata.GetValueOrDefault("sha256", "none"), found = Digest(configuration + text, tensors);
            if (found != expected)
                throw EngramException.Input("corrupt-checkpoint", $"'{path}' is damaged: its checksum is {found}, but {Quote.Of(expected)} was written. Restore the file from a copy or start the run anew.");
            return (tensors, ReadObject(text, path), ReadObject(configuration, path));
        }
        catch (EngramException)
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    // A single wrong bit would otherwise go on as a wrong result.
    internal static string Digest(string texts, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        hash.AppendData(Encoding.UTF8.GetBytes(texts));
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} {string.Join(',', tensor.shape)}\n"));
            hash.AppendData(tensor.cpu().contiguous().bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static JsonObject ReadObject(string text, string path)
    {
        try
        {
            return StrictJson.Parse(text) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException cause)
        {
            throw EngramException.Input("corrupt-checkpoint", $"'{path}' is damaged: its state is not valid JSON ({cause.Message.TrimEnd('.')}). Restore the file from a copy or start the run anew.", cause);
        }
    }
}
