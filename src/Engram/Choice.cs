using System.Text.Json.Nodes;

namespace Engram;

/// <summary>Something chosen from a catalog, with its settings.</summary>
/// <param name="Id">Id in its catalog.</param>
/// <param name="Options">An instance of the entry's options record.</param>
public sealed record Choice(string Id, object Options)
{
    /// <summary>Id and settings side by side.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new() { ["id"] = Id };
        foreach (var (name, value) in Settings.ToJson(Options)) json[name] = value?.DeepClone();
        return json;
    }
}
