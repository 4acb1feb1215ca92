using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Experiments;

/// <summary>
/// One file from which a run goes on: its tensors, and in the metadata its other values, its configuration and a checksum of it all.
/// It is replaced as a whole, so a stop at any moment leaves the old one or the new one.
/// </summary>
/// <param name="Path">Where the file is.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="EngramException">It cannot be written; the old one is kept.</exception>
    public void Save(StateBag state, RunConfig config) => AtomicFile.Write(Path, stream => Write(stream, state, config));

    /// <summary>What the file holds.</summary>
    internal static void Write(Stream stream, StateBag state, RunConfig config)
    {
        string values = state.Values.ToJsonString(), configuration = config.ToJson().ToJsonString();
        Dictionary<string, string> metadata = new()
        {
            ["schema"] = RunConfig.Schema.ToString(), ["engram"] = EngramVersion.Current, ["config"] = configuration,
            ["state"] = values, ["sha256"] = Digest(configuration + values, state.Tensors),
        };
        SafeTensors.Write(stream, state.Tensors, metadata);
    }

    /// <summary>Reads the file; null where there is none yet. The tensors are the caller's.</summary>
    /// <exception cref="EngramException">It is damaged, of another version, or of a run with another configuration.</exception>
    public (StateBag State, IEnumerable<Tensor> Tensors)? Load(RunConfig config, Device device)
    {
        return File.Exists(Path) ? Read(SafeTensors.Read(Path), config, device) : null;
    }

    /// <summary>What <see cref="Load"/> makes of a file's content.</summary>
    internal (StateBag State, IEnumerable<Tensor> Tensors) Read((Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) content, RunConfig config, Device device)
    {
        var (tensors, metadata) = content;
        try
        {
            if (!metadata.TryGetValue("state", out string? text) || !metadata.TryGetValue("schema", out string? schema))
                throw EngramException.Input("corrupt-checkpoint", $"'{Path}' has no state in it; it is not a checkpoint of Engram.");
            if (schema != RunConfig.Schema.ToString())
                throw EngramException.Input("other-version", $"'{Path}' has schema {Quote.Of(schema)}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
            string configuration = metadata.GetValueOrDefault("config", "{}");
            string expected = metadata.GetValueOrDefault("sha256", "none"), found = Digest(configuration + text, tensors);
            if (found != expected)
                throw EngramException.Input("corrupt-checkpoint", $"'{Path}' is damaged: its checksum is {found}, but {Quote.Of(expected)} was written. Restore the file from a copy or start the run anew.");
            RequireSame(configuration, config);
            return (new(tensors, ReadObject(text), device), tensors.Values);
        }
        catch (EngramException)
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    private void RequireSame(string saved, RunConfig config)
    {
        Dictionary<string, string> before = Flat(ReadObject(saved)), now = Flat(config.ToJson());
        string[] differences = [.. before.Keys.Union(now.Keys).Where(key => key != ".engram" && before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key => $"{Quote.Of(key.AsSpan(1))} was {Quote.Of(before.GetValueOrDefault(key, "not there"))} and is {Quote.Of(now.GetValueOrDefault(key, "not there"))}")];
        if (differences.Length > 0)
            throw EngramException.Input("other-configuration", $"'{Path}' belongs to another configuration: {string.Join("; ", differences)}. Put config.json back as it was, or start a new run.");
    }

    private JsonObject ReadObject(string text)
    {
        try
        {
            return StrictJson.Parse(text) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException cause)
        {
            throw EngramException.Input("corrupt-checkpoint", $"'{Path}' is damaged: its state is not valid JSON ({cause.Message.TrimEnd('.')}). Restore the file from a copy or start the run anew.", cause);
        }
    }

    private static Dictionary<string, string> Flat(JsonNode? node)
    {
        Dictionary<string, string> values = [];
        Add(node, "");
        return values;

        void Add(JsonNode? part, string path)
        {
            if (part is not JsonObject members) values[path] = part?.ToJsonString() ?? "null";
            else
                foreach (var (name, value) in members) Add(value, $"{path}.{name}");
        }
    }

    // A single wrong bit in a checkpoint would otherwise go on as a wrong result.
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
}
