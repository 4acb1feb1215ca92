using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>
/// A published protocol as data: what is run, what the paper reports, and how near is near enough. Accuracies are fractions.
/// The files are in <c>recipes/</c>, built into the library; a file's name is its recipe's id.
/// </summary>
public sealed record Recipe
{
    /// <summary>Name of the file without its ending.</summary>
    public required string Id { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>Where the numbers come from.</summary>
    public required RecipeSource Source { get; init; }

    /// <summary>How long it takes on two cores, in words.</summary>
    public string Duration { get; init; } = "";

    /// <summary>What differs from the paper, and what a reader should know.</summary>
    public string Note { get; init; } = "";

    /// <summary>How many seeds, counted up from 1.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>What all rows share: <c>stream</c>, <c>network</c>, <c>training</c>.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>Ids of two or three rows: of the first one's runs the page shows what became of each task, of the second one's what they know in the end, and of the third one's, a method against forgetting, again what became of each task. Empty for none.</summary>
    public string[] Fates { get; init; } = [];

    /// <summary>Id of the row whose runs intransigence is measured against; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>What is measured, in the order of the table; the points of sweeps come last.</summary>
    public required IReadOnlyList<RecipeRow> Rows { get; init; }

    /// <summary>Sweeps over a strength, each with its picture's line.</summary>
    public IReadOnlyList<RecipeSweep> Sweeps { get; init; } = [];

    /// <summary>What must hold between rows.</summary>
    public IReadOnlyList<RecipeGate> Gates { get; init; } = [];

    /// <summary>A reduced profile; null where there is none.</summary>
    public QuickProfile? Quick { get; init; }

    /// <summary>The file's content.</summary>
    public required JsonObject Json { get; init; }
}
