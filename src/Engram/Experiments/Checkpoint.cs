using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Experiments;

/// <summary>One file from which a run goes on, and only a run of the same configuration.</summary>
/// <param name="Path">Where the file is.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="EngramException">It cannot be written; the old one is kept.</exception>
    public void Save(StateBag state, RunConfig config) => StateFile.Save(Path, state, config.ToJson());

    /// <summary>Reads the file; null where there is none yet. The tensors are the caller's.</summary>
    /// <exception cref="EngramException">It is damaged, of another version, or of a run with another configuration.</exception>
    public (StateBag State, IEnumerable<Tensor> Tensors)? Load(RunConfig config, Device device)
    {
        return File.Exists(Path) ? Read(SafeTensors.Read(Path), config, device) : null;
    }

    /// <summary>What <see cref="Load"/> makes of a file's content.</summary>
    internal (StateBag State, IEnumerable<Tensor> Tensors) Read((Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) content, RunConfig config, Device device)
    {
        var (tensors, values, saved) = StateFile.Read(content, Path, "a checkpoint of Engram");
        try
        {
            RequireSame(saved, config);
        }
        catch (EngramException)
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
        return (new(tensors, values, device), tensors.Values);
    }

    private void RequireSame(JsonObject saved, RunConfig config)
    {
        string[] differences = [.. config.DifferencesFrom(saved).Select(one => $"{one.Setting} was {one.There} and is {one.Here}")];
        if (differences.Length > 0)
            throw EngramException.Input("other-configuration", $"'{Path}' belongs to another configuration: {string.Join("; ", differences)}. Put config.json back as it was, or start a new run.");
    }
}
