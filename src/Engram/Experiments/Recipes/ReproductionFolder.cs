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

    /// <summary>True where the path holds a reproduction.</summary>
    public static bool Exists(string path) => File.Exists(PlanPath(path));

    /// <summary>Begins a reproduction's folder, or goes on in it.</summary>
    /// <exception cref="EngramException">The folder is in use for something else, or cannot be written.</exception>
    public static ReproductionFolder Open(string path, ReproductionPlan plan)
    {
        if (!Exists(path)) RunFolder.RequireFree(path);
        ReproductionFolder folder = new(path);
        foreach (Trial trial in plan.Trials) folder.RequireSame(trial);
        RunFolder.MakeDirectory(System.IO.Path.Combine(path, "trials"));
        RunFolder.WriteJson(PlanPath(path), new JsonObject
        {
            ["schema"] = RunConfig.Schema, ["engram"] = EngramVersion.Current, ["id"] = plan.Recipe.Id,
            ["scope"] = JsonSerializer.SerializeToNode(plan.Scope, Settings.Json), ["recipe"] = plan.Recipe.Json.DeepClone(),
        });
        return folder;
    }

    /// <summary>Reads what a folder reproduces.</summary>
    /// <exception cref="EngramException">The file is damaged or of another version.</exception>
    public static ReproductionPlan ReadPlan(string path, Catalogs catalogs)
    {
        JsonObject json = RunFolder.ReadObject(PlanPath(path));
        if (json["schema"]?.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"'{PlanPath(path)}' has schema {json["schema"]?.ToJsonString() ?? "none"}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
        if (json["recipe"] is not JsonObject recipe || json["id"] is not JsonValue id || !id.TryGetValue(out string? name) || ScopeOf(json["scope"]) is not { } scope)
            throw EngramException.Input("corrupt-file", $"'{PlanPath(path)}' has no recipe with id and scope; begin the reproduction anew.");
        return ReproductionPlan.Make(RecipeCatalog.Read(name, recipe), catalogs, scope);
    }

    /// <summary>Where a trial's run folder is.</summary>
    public string TrialPath(Trial trial) => System.IO.Path.Combine(Path, "trials", trial.FolderName);

    // A run of other settings under the same name would pass for this one.
    private void RequireSame(Trial trial)
    {
        if (!RunFolder.Exists(TrialPath(trial))) return;
        JsonObject there = RunFolder.ReadObject(System.IO.Path.Combine(TrialPath(trial), "config.json")), here = trial.Config.ToJson();
        string[] differing = [.. Differences(there, here, "")];
        if (differing.Length > 0)
            throw EngramException.Input("folder-in-use", $"'{TrialPath(trial)}' holds a run with other settings: {string.Join(", ", differing.Take(5))}. Choose another folder with --out.");
    }

    private static IEnumerable<string> Differences(JsonObject there, JsonObject here, string path)
    {
        foreach (string name in there.Select(member => member.Key).Union(here.Select(member => member.Key)).Where(name => path.Length > 0 || name != "engram"))
        {
            if (there[name] is JsonObject below && here[name] is JsonObject part)
                foreach (string difference in Differences(below, part, $"{name}.")) yield return difference;
            else if (!JsonNode.DeepEquals(there[name], here[name]))
                yield return $"{path}{name} is {there[name]?.ToJsonString() ?? "null"} there and {here[name]?.ToJsonString() ?? "null"} here";
        }
    }

    private static ReproductionScope? ScopeOf(JsonNode? json)
    {
        try
        {
            return json.Deserialize<ReproductionScope>(Settings.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PlanPath(string path) => System.IO.Path.Combine(path, "reproduction.json");
}
