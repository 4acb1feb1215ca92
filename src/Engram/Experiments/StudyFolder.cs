using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Engram.Experiments;

/// <summary>
/// The folder of a study: <c>study.json</c> with what is asked, and one folder per trial under <c>trials</c>, named after its whole
/// configuration. So a trial that another study of the same folder has done is found and not repeated, and never one of other settings.
/// </summary>
public sealed class StudyFolder
{
    private StudyFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The folder of a study that was begun.</summary>
    public static StudyFolder At(string path) => new(path);

    /// <summary>True where the path holds a study.</summary>
    public static bool Exists(string path) => WorkFolder.KindOf(path) == "study";

    /// <summary>Begins a study's folder, or goes on in it with another plan.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">What kind of study it is.</param>
    /// <param name="plan">What is asked.</param>
    /// <exception cref="EngramException">The folder is in use for something else, or cannot be written.</exception>
    public static StudyFolder Open(string path, string kind, JsonObject plan)
    {
        if (Exists(path))
        {
            string other = KindOf(path);
            if (other != kind) throw EngramException.Input("folder-in-use", $"'{path}' holds a study of {other}, not of {kind}; choose another folder.");
        }
        else WorkFolder.RequireFree(path);
        RunFolder.MakeDirectory(path);
        JsonFile.Write(PlanPath(path), new JsonObject { ["schema"] = RunConfig.Schema, ["engram"] = EngramVersion.Current, ["kind"] = kind, ["plan"] = plan.DeepClone() });
        RunFolder.MakeDirectory(FolderPath.Within(path, "trials"));
        return new(path);
    }

    /// <summary>What kind of study a folder holds.</summary>
    /// <exception cref="EngramException">The file is damaged or of another version.</exception>
    public static string KindOf(string path) => Read(path).Kind;

    /// <summary>What a folder's study asks.</summary>
    /// <exception cref="EngramException">The file is damaged or of another version.</exception>
    public static JsonObject PlanOf(string path) => Read(path).Plan;

    /// <summary>Where a trial has its folder.</summary>
    public string TrialPath(Trial trial) => FolderPath.Within(Path, "trials", $"{trial.FolderName}-{Digest(trial.Config.ToJson())}");

    /// <summary>Where a result that is no run of its own has its file.</summary>
    /// <param name="name">What it is about.</param>
    /// <param name="settings">All that decides its numbers.</param>
    public string ResultPath(string name, JsonObject settings) => FolderPath.Within(Path, "trials", $"{name}-{Digest(settings)}.json");

    private static (string Kind, JsonObject Plan) Read(string path)
    {
        JsonObject json = JsonFile.Read(PlanPath(path));
        if (json["schema"]?.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"'{PlanPath(path)}' has schema {Quote.Of(json["schema"]?.ToJsonString() ?? "none")}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
        if (json["kind"] is not JsonValue kind || !kind.TryGetValue(out string? name) || json["plan"] is not JsonObject plan)
            throw EngramException.Input("corrupt-file", $"'{PlanPath(path)}' has no kind and plan; begin the study anew in another folder.");
        return (name, plan);
    }

    private static string PlanPath(string path) => WorkFolder.PlanPath(path, "study");

    // The version does not count: it says who wrote the configuration, not what is run.
    private static string Digest(JsonObject settings)
    {
        JsonObject counted = settings.DeepClone().AsObject();
        counted.Remove("engram");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(counted.ToJsonString())))[..10];
    }
}
