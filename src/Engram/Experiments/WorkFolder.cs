using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Experiments;

/// <summary>
/// What a folder of results holds. Its mark is the plan that every kind of work writes first: a JSON object that names Engram's schema and
/// version. Folders of all versions have it, and no other program's <c>config.json</c> does.
/// </summary>
internal static class WorkFolder
{
    /// <summary>Folder in it for what belongs to no result: who works there now.</summary>
    public const string State = ".engram";

    private static readonly (string File, string Kind)[] Plans = [("reproduction.json", "reproduction"), ("study.json", "study"), ("comparison.json", "comparison"), ("config.json", "run")];

    // All that a stop may have left before the plan was written.
    private static readonly string[] Beginnings = [State, .. Plans.Select(plan => plan.File + AtomicFile.Unfinished), "checkpoint", "trials"];

    /// <summary>What Engram has in a folder: run, comparison, reproduction or study; null for nothing.</summary>
    public static string? KindOf(string path) => Plans.FirstOrDefault(plan => IsPlan(Path.Combine(path, plan.File))).Kind;

    /// <summary>The same by the names of files alone, for errors about their content; null for nothing.</summary>
    public static string? NamedKindOf(string path) => Plans.FirstOrDefault(plan => File.Exists(Path.Combine(path, plan.File))).Kind;

    /// <summary>The file that tells what is done in a folder of a kind.</summary>
    public static string PlanPath(string path, string kind) => FolderPath.Within(path, Plans.Single(plan => plan.Kind == kind).File);

    /// <summary>Refuses a folder that somebody uses for something else: with other work of Engram's in it, or files of a person's own.</summary>
    /// <exception cref="EngramException">It is one.</exception>
    public static void RequireFree(string path)
    {
        if (KindOf(path) is { } kind) throw InUse(path, kind);
        if (Foreign(path) is { } entry)
            throw EngramException.Input("folder-not-empty", $"'{path}' holds '{entry}', which is not Engram's and might be overwritten; choose a folder that is empty or not there yet.");
    }

    /// <summary>Whether work can begin in a folder: it is not there, empty, or all that is in it is a beginning of ours.</summary>
    public static bool IsFree(string path) => KindOf(path) is null && !File.Exists(path) && Foreign(path) is null;

    /// <summary>The error about a folder with other work.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="kind">What is in it.</param>
    /// <param name="difference">How it differs, such as <c>: seed is 1 there and 2 here</c>; empty where that goes without saying.</param>
    public static EngramException InUse(string path, string kind, string difference = "") =>
        EngramException.Input("folder-in-use", $"'{path}' already holds a {kind}{difference}; go on with it by 'engram resume {path}' or choose another folder.");

    private static string? Foreign(string path) => !Directory.Exists(path) ? null
        : Directory.EnumerateFileSystemEntries(path).Where(entry => !IsBeginning(entry)).Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault();

    private static bool IsBeginning(string entry) => Beginnings.Contains(Path.GetFileName(entry))
        && (Path.GetFileName(entry) == State || !Directory.Exists(entry) || !Directory.EnumerateFileSystemEntries(entry).Any());

    private static bool IsPlan(string file)
    {
        try
        {
            return File.Exists(file) && JsonFile.Read(file) is { } json && json["schema"]?.GetValueKind() == JsonValueKind.Number && json["engram"]?.GetValueKind() == JsonValueKind.String;
        }
        catch (EngramException)
        {
            return false; // whoever reads it to go on says what is wrong with it
        }
    }
}
