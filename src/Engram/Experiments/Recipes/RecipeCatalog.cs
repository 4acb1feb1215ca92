using System.Reflection;
using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>The recipes that are built into the library.</summary>
public static class RecipeCatalog
{
    private const string Prefix = "Engram.Recipes.", Ending = ".json";
    private static readonly Assembly Library = typeof(RecipeCatalog).Assembly;

    /// <summary>Ids of all recipes.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [.. Library.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Ending.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The recipe of an id, or of a file where the name ends in <c>.json</c>.</summary>
    /// <exception cref="EngramException">There is none, or something is wrong with it.</exception>
    public static Recipe Find(string name)
    {
        if (name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)) return RecipeReader.Read(Path.GetFileNameWithoutExtension(name), JsonFile.Read(name), $"The recipe '{name}' is wrong");
        if (!Ids.Contains(name))
            throw EngramException.Input("unknown-recipe", $"There is no recipe '{Quote.Of(name)}'{NearestNames.Suggest(name, Ids)} 'engram recipes' lists them; a file of your own is named with its ending .json.");
        using Stream stream = Library.GetManifestResourceStream(Prefix + name + Ending)!;
        return Read(name, JsonNode.Parse(stream, documentOptions: new() { AllowDuplicateProperties = false })!.AsObject());
    }

    internal static Recipe Read(string id, JsonObject json) => RecipeReader.Read(id, json, $"The recipe '{id}' is wrong");
}
