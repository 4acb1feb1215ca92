using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>What the table of all recipes is made from, and how much time there is for it.</summary>
public sealed record TablePlan
{
    /// <summary>The recipes, in the order of the table.</summary>
    public required IReadOnlyList<Recipe> Recipes { get; init; }

    /// <summary>Whether the reduced profiles take the place of the full protocols.</summary>
    public bool Quick { get; init; }

    /// <summary>How many seeds a row has; null for each recipe's own number.</summary>
    public int? Seeds { get; init; }

    /// <summary>Hours of wall clock for one go at it; above 0. What is left over waits for the next one.</summary>
    public double Hours { get; init; } = 8;

    /// <summary>Most hours: six weeks.</summary>
    public const double MostHours = 1000;

    /// <summary>A plan of all recipes there are.</summary>
    public static TablePlan OfAll() => new() { Recipes = [.. RecipeCatalog.Ids.Select(RecipeCatalog.Find)] };

    /// <summary>Whether the same is asked, in however many hours.</summary>
    public bool AsksTheSame(TablePlan other) => Asked().ToJsonString() == other.Asked().ToJsonString();

    /// <summary>The plan as <c>study.json</c> keeps it, with the recipes' whole content.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Asked();
        json["hours"] = Hours;
        return json;
    }

    /// <summary>Reads a plan back.</summary>
    /// <exception cref="EngramException">It is damaged, or a recipe in it is wrong.</exception>
    public static TablePlan Read(JsonObject json)
    {
        if (json["recipes"] is not JsonObject { Count: > 0 } recipes || recipes.Any(recipe => recipe.Value is not JsonObject) || !StrictJson.TryGet(json["quick"], out bool? quick) || quick is null
            || !StrictJson.TryGet(json["seeds"], out int? seeds) || seeds < 1 || !StrictJson.TryGet(json["hours"], out double? hours) || !(hours > 0 && hours <= MostHours))
            throw EngramException.Input("corrupt-file", "study.json has no plan with recipes, quick, and numbers of seeds and hours; begin the table anew in another folder.");
        return new() { Recipes = [.. recipes.Select(recipe => RecipeCatalog.Read(recipe.Key, (JsonObject)recipe.Value!))], Quick = quick.Value, Seeds = seeds, Hours = hours.Value };
    }

    private JsonObject Asked() => new()
    {
        ["quick"] = Quick, ["seeds"] = Seeds, ["recipes"] = new JsonObject(Recipes.Select(recipe => KeyValuePair.Create(recipe.Id, (JsonNode?)recipe.Json.DeepClone()))),
    };
}
