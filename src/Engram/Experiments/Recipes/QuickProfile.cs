using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>A reduced profile: other settings, fewer rows and seeds, and gates of its own in place of bands.</summary>
public sealed record QuickProfile
{
    /// <summary>How long it takes on two cores, in words.</summary>
    public string Duration { get; init; } = "";

    /// <summary>How many seeds.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Settings that replace those of the recipe and its rows.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>Rows that it runs; all where it names none.</summary>
    public string[] Rows { get; init; } = [];

    /// <summary>What must hold.</summary>
    public IReadOnlyList<RecipeGate> Gates { get; init; } = [];
}
