using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Cli.Commands;

/// <summary><c>engram recipes</c>: which published protocols can be reproduced.</summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        Argument<string?> id = new("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "show the rows and conditions of this one" };
        id.Offering(Completions.Recipes);
        CommandWithNotes command = new("recipes", "list the published protocols that can be reproduced, or show one with its rows",
            (writer, _) => RunOptions.WriteExamples(writer, "engram recipes", "engram recipes two-image-tasks", "engram recipes --json")) { id };
        command.SetAction(parse => Show(parse.GetValue(id), parse.GetValue(GlobalOptions.Json), new()));
        return command;
    }

    private static void Show(string? one, bool json, Catalogs catalogs)
    {
        Recipe[] recipes = [.. (one is null ? RecipeCatalog.Ids : [one]).Select(RecipeCatalog.Find)];
        if (json) Terminal.WriteJson(new JsonArray([.. recipes.Select(recipe => (JsonNode)ToJson(recipe, catalogs))]));
        else if (one is null) ShowAll(recipes, catalogs);
        else ShowOne(recipes[0], catalogs);
    }

    private static void ShowAll(Recipe[] recipes, Catalogs catalogs)
    {
        TextColumns.Write(Console.Out, [.. recipes.Select(recipe => new[]
        {
            recipe.Id, $"{recipe.Title} [{recipe.Source}]; {recipe.Duration}{(recipe.Quick is null ? "" : $", quick {recipe.Quick.Duration}")}{Missing(recipe, catalogs)}",
        })], TextColumns.Width);
        Console.WriteLine();
        Console.WriteLine("'engram recipes ID' shows the rows of one, 'engram reproduce ID' runs it.");
    }

    private static void ShowOne(Recipe recipe, Catalogs catalogs)
    {
        Console.WriteLine($"{recipe.Id}: {recipe.Title}");
        (string Name, string Text)[] facts =
        [
            ("source", $"{recipe.Source}"), ("takes", $"{recipe.Duration} with {recipe.Seeds} seeds on two cores"),
            ("quick", recipe.Quick is null ? "" : $"{recipe.Quick.Duration} with {recipe.Quick.Seeds} {(recipe.Quick.Seeds == 1 ? "seed" : "seeds")}"),
            ("note", recipe.Note), ("missing", Missing(recipe, catalogs).TrimStart(';', ' ')), ("strengths", Reproduction.SelectionRule),
        ];
        TextColumns.Write(Console.Out, [.. facts.Where(fact => fact.Text.Length > 0).Select(fact => new[] { fact.Name, fact.Text })], TextColumns.Width);
        Console.WriteLine();
        Console.WriteLine("Rows (%):");
        TextColumns.Write(Console.Out, [["id", "metric", "paper", "band", "what"], .. recipe.Rows.Select(row => new[]
        {
            row.Id, row.Metric, row.Paper is { } paper ? Figures.Percent(paper) : "", Figures.Band(row.Low(), row.High()), row.Label + (row.Note.Length == 0 ? "" : $" ({row.Note})"),
        })], TextColumns.Width);
        ShowGates("Conditions:", recipe.Gates);
        ShowGates("Conditions with --quick:", recipe.Quick?.Gates ?? []);
        Console.WriteLine();
        RunOptions.WriteExamples(Console.Out, $"engram reproduce {recipe.Id}{(recipe.Quick is null ? "" : " --quick")}");
    }

    private static void ShowGates(string heading, IReadOnlyList<RecipeGate> gates)
    {
        if (gates.Count == 0) return;
        Console.WriteLine();
        Console.WriteLine(heading);
        TextColumns.Write(Console.Out, [.. gates.Select(gate => new[] { $"{gate.Says}{(gate.EverySeed ? ", for every seed" : "")}{(gate.Clear ? ", beyond chance" : "")}: {gate.Holds}" })], TextColumns.Width);
    }

    private static string Missing(Recipe recipe, Catalogs catalogs) =>
        ReproductionPlan.MissingMethods(recipe, catalogs) is { Count: > 0 } missing ? $"; this build lacks {string.Join(", ", missing)}" : "";

    private static JsonObject ToJson(Recipe recipe, Catalogs catalogs) => new()
    {
        ["id"] = recipe.Id, ["name"] = recipe.Title, ["family"] = recipe.Source.Place, ["summary"] = recipe.Note.Length == 0 ? recipe.Title : recipe.Note, ["paper"] = $"{recipe.Source}",
        ["duration"] = recipe.Duration, ["seeds"] = recipe.Seeds, ["quick"] = recipe.Quick?.Duration,
        ["rows"] = new JsonArray([.. recipe.Rows.Select(row => (JsonNode)row.Id)]),
        ["missing"] = new JsonArray([.. ReproductionPlan.MissingMethods(recipe, catalogs).Select(method => (JsonNode)method)]),
    };
}
