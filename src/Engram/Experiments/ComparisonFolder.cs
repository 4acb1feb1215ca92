namespace Engram.Experiments;

/// <summary>The folder of a comparison: <c>comparison.json</c> with its plan, and one run folder per trial under <c>trials</c>.</summary>
public sealed class ComparisonFolder
{
    private ComparisonFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>True where the path holds a comparison.</summary>
    public static bool Exists(string path) => File.Exists(PlanPath(path));

    /// <summary>Begins a comparison's folder.</summary>
    /// <exception cref="EngramException">The folder is in use or cannot be written.</exception>
    public static ComparisonFolder Create(string path, ComparisonPlan plan)
    {
        RunFolder.RequireFree(path);
        RunFolder.MakeDirectory(System.IO.Path.Combine(path, "trials"));
        RunFolder.WriteJson(PlanPath(path), plan.Json);
        return new(path);
    }

    /// <summary>Opens a comparison's folder.</summary>
    /// <exception cref="EngramException">Its plan is damaged or of another version.</exception>
    public static (ComparisonFolder Folder, ComparisonPlan Plan) Open(string path, Catalogs catalogs) => (new(path), ComparisonPlan.Read(catalogs, RunFolder.ReadObject(PlanPath(path))));

    /// <summary>Where a trial's run folder is.</summary>
    public string TrialPath(Trial trial) => System.IO.Path.Combine(Path, "trials", trial.FolderName);

    private static string PlanPath(string path) => System.IO.Path.Combine(path, "comparison.json");
}
