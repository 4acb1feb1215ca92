using System.Text.Json.Nodes;

namespace Engram.Experiments;

/// <summary>The folder of a comparison: <c>comparison.json</c> with its plan, and one run folder per trial under <c>trials</c>.</summary>
public sealed class ComparisonFolder
{
    private ComparisonFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The folder of a comparison that was begun.</summary>
    public static ComparisonFolder At(string path) => new(path);

    /// <summary>True where the path holds a comparison.</summary>
    public static bool Exists(string path) => WorkFolder.KindOf(path) == "comparison";

    /// <summary>Begins a comparison's folder.</summary>
    /// <exception cref="EngramException">The folder is in use or cannot be written.</exception>
    public static ComparisonFolder Create(string path, ComparisonPlan plan)
    {
        WorkFolder.RequireFree(path);
        ComparisonFolder folder = new(path);
        foreach (Trial trial in plan.Trials) _ = folder.TrialPath(trial);
        RunFolder.MakeDirectory(path);
        JsonFile.Write(PlanPath(path), plan.Json);
        RunFolder.MakeDirectory(FolderPath.Within(path, "trials"));
        return folder;
    }

    /// <summary>Whether a path holds a comparison of the same trials; who wrote it and by which command does not count.</summary>
    internal static bool IsOf(string path, ComparisonPlan plan) => Exists(path) && JsonFile.Read(PlanPath(path))["trials"] is JsonArray there
        && there.Count == plan.Trials.Count && there.Zip(plan.Trials).All(pair => IsSame(pair.First as JsonObject, pair.Second));

    private static bool IsSame(JsonObject? there, Trial here) => there?["label"] is JsonValue label && label.TryGetValue(out string? name) && name == here.Label
        && there["config"] is JsonObject config && !here.Config.DifferencesFrom(config).Any();

    /// <summary>Opens a comparison's folder.</summary>
    /// <exception cref="EngramException">Its plan is damaged or of another version.</exception>
    public static (ComparisonFolder Folder, ComparisonPlan Plan) Open(string path, Catalogs catalogs)
    {
        ComparisonFolder folder = new(path);
        ComparisonPlan plan = ComparisonPlan.Read(catalogs, JsonFile.Read(PlanPath(path)));
        foreach (Trial trial in plan.Trials) _ = folder.TrialPath(trial);
        return (folder, plan);
    }

    /// <summary>Where a trial's run folder is.</summary>
    public string TrialPath(Trial trial) => FolderPath.Within(Path, "trials", trial.FolderName);

    private static string PlanPath(string path) => WorkFolder.PlanPath(path, "comparison");
}
