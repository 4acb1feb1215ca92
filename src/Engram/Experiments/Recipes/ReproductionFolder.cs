using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Experiments.Recipes;

/// <summary>
/// The folder of a reproduction: <c>reproduction.json</c> with the recipe and what of it is run, and one run folder per trial under
/// <c>trials</c>. The same recipe may be run in it again, with more rows or seeds: what is finished is not repeated.
/// </summary>
public sealed class ReproductionFolder
{
    private ReproductionFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The folder of a reproduction that was begun.</summary>
    public static ReproductionFolder At(string path) => new(path);

    /// <summary>True where the path holds a reproduction.</summary>
    public static bool Exists(string path) => WorkFolder.KindOf(path) == "reproduction";

    /// <summary>Whether a path holds a reproduction of the same recipe in the same scope.</summary>
    internal static bool IsOf(string path, ReproductionPlan plan) => Exists(path) && JsonFile.Read(PlanPath(path)) is { } there
        && JsonNode.DeepEquals(there["recipe"], plan.Recipe.Json) && JsonNode.DeepEquals(there["scope"], JsonSerializer.SerializeToNode(plan.Scope, Settings.Json));

    /// <summary>Begins a reproduction's folder, or goes on in it.</summary>
    /// <exception cref="EngramException">The folder is in use for something else, or cannot be written.</exception>
    public static ReproductionFolder Open(string path, ReproductionPlan plan)
    {
        if (!Exists(path)) WorkFolder.RequireFree(path);
        ReproductionFolder folder = new(path);
        // A run of other settings under the same name would pass for this one.
        foreach (Trial trial in plan.Trials)
            if (folder.TrialPath(trial) is var run && RunFolder.Exists(run) && RunFolder.DifferenceFrom(run, trial.Config) is { } difference) throw WorkFolder.InUse(run, "run", difference);
        RunFolder.MakeDirectory(path);
        JsonFile.Write(PlanPath(path), new JsonObject
        {
            ["schema"] = RunConfig.Schema, ["engram"] = EngramVersion.Current, ["id"] = plan.Recipe.Id,
            ["scope"] = JsonSerializer.SerializeToNode(plan.Scope, Settings.Json), ["recipe"] = plan.Recipe.Json.DeepClone(),
        });
        RunFolder.MakeDirectory(FolderPath.Within(path, "trials"));
        return folder;
    }

    /// <summary>Reads what a folder reproduces.</summary>
    /// <exception cref="EngramException">The file is damaged or of another version.</exception>
    public static ReproductionPlan ReadPlan(string path, Catalogs catalogs)
    {
        string file = PlanPath(path);
        return ParsePlan(JsonFile.Read(file), file, catalogs);
    }

    /// <summary>What a <c>reproduction.json</c> reproduces.</summary>
    /// <exception cref="EngramException">It is damaged or of another version.</exception>
    internal static ReproductionPlan ParsePlan(JsonObject json, string path, Catalogs catalogs)
    {
        if (json["schema"]?.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"'{path}' has schema {Quote.Of(json["schema"]?.ToJsonString() ?? "none")}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
        if (json["recipe"] is not JsonObject recipe || json["id"] is not JsonValue id || !id.TryGetValue(out string? name) || ScopeOf(json["scope"]) is not { } scope)
            throw EngramException.Input("corrupt-file", $"'{path}' has no recipe with id and scope; begin the reproduction anew.");
        return ReproductionPlan.Make(RecipeCatalog.Read(name, recipe), catalogs, scope);
    }

    /// <summary>Where a trial's run folder is.</summary>
    public string TrialPath(Trial trial) => FolderPath.Within(Path, "trials", trial.FolderName);

    private static ReproductionScope? ScopeOf(JsonNode? json)
    {
        try
        {
            ReproductionScope? scope = json.Deserialize<ReproductionScope>(Settings.Json);
            return scope is null || scope.Seeds is < 1 or > 1000 || scope.Rows?.Any(row => row is null) == true ? null : scope;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PlanPath(string path) => WorkFolder.PlanPath(path, "reproduction");
}
