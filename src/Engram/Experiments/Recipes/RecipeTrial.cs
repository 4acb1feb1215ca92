using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>What a row or a sweep runs: a method with its settings, and what differs from what all rows share.</summary>
public abstract record RecipeTrial
{
    /// <summary>Name within the recipe.</summary>
    [Description("name within the recipe")]
    public string Id { get; init; } = "";

    /// <summary>Name in tables.</summary>
    [Description("name in tables")]
    public string Label { get; init; } = "";

    /// <summary>The method's id and settings.</summary>
    [Description("the method's id and settings")]
    public JsonObject? Method { get; init; }

    /// <summary>Settings of the stream, such as its scenario.</summary>
    [Description("settings of the stream")]
    public JsonObject? Stream { get; init; }

    /// <summary>Settings of the network.</summary>
    [Description("settings of the network")]
    public JsonObject? Network { get; init; }

    /// <summary>Settings of the training.</summary>
    [Description("settings of the training")]
    public JsonObject? Training { get; init; }

    internal virtual IEnumerable<string> Problems(string path)
    {
        if (Label.Length == 0) yield return $"{path}.label is missing; give it a name for tables.";
        if (Method is not null && Method["id"]?.GetValueKind() != System.Text.Json.JsonValueKind.String) yield return $"{path}.method.id is missing; name the method.";
    }
}
