using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Server.Lessons;

/// <summary>Lessons that were taken in, on disk: a folder each, with what was uploaded and where the lesson stands. What is here survives the server's end.</summary>
/// <param name="path">Folder of one learner's lessons.</param>
/// <param name="mark">File that is there while lessons wait, for servers that share the folder; null for none.</param>
internal sealed class LessonFolder(string path, string? mark = null)
{
    /// <summary>Where the marks of learners whose lessons wait are, below the folder of all; no learner has such a name.</summary>
    public const string Waiting = ".waiting";

    private const string Record = "lesson.json";

    /// <summary>Says whether lessons wait.</summary>
    public void Mark(bool isWaiting)
    {
        if (mark is null || isWaiting == File.Exists(mark)) return;
        if (!isWaiting) File.Delete(mark);
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
            File.WriteAllText(mark, "");
        }
    }

    /// <summary>Folder of a lesson.</summary>
    public string Of(string id) => Path.Combine(path, id);

    /// <summary>Makes the folder of a lesson.</summary>
    public string Make(string id) => Directory.CreateDirectory(Of(id)).FullName;

    /// <summary>Writes where a lesson stands; it is on disk when this returns.</summary>
    public void Write(LessonJob job)
    {
        JsonObject json = JsonSerializer.SerializeToNode(job, ServerJson.Options)!.AsObject();
        (json["upload"], json["path"], json["isFeedback"]) = (job.Upload, job.Path, job.IsFeedback);
        AtomicFile.Write(Path.Combine(Of(job.Id), Record), json.ToJsonString());
    }

    /// <summary>All lessons, in the order in which they were taken in. What was not taken in to its end, is removed.</summary>
    public IReadOnlyList<LessonJob> Read()
    {
        if (!Directory.Exists(path)) return [];
        List<LessonJob> jobs = [];
        foreach (string folder in Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal))
        {
            if (ReadOne(folder) is { } job) jobs.Add(job);
            else Directory.Delete(folder, recursive: true);
        }
        return jobs;
    }

    /// <summary>Removes what was uploaded for a lesson.</summary>
    public void RemoveUpload(LessonJob job)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Of(job.Id)).EnumerateFileSystemInfos().Where(entry => entry.Name != Record).ToList())
        {
            if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
            else entry.Delete();
        }
    }

    /// <summary>Removes a lesson.</summary>
    public void Remove(string id) => Directory.Delete(Of(id), recursive: true);

    private static LessonJob? ReadOne(string folder)
    {
        string file = Path.Combine(folder, Record);
        if (!File.Exists(file)) return null;
        try
        {
            JsonObject json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            return json.Deserialize<LessonJob>(ServerJson.Options)! with { Upload = json["upload"]?.GetValue<string>(), Path = json["path"]?.GetValue<string>(), IsFeedback = json["isFeedback"]?.GetValue<bool>() == true };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
        {
            // Only that lesson is lost; what was uploaded stays beside it for whoever looks.
            return new(Path.GetFileName(folder), "", "", File.GetLastWriteTimeUtc(file))
            {
                State = LessonState.Failed, Ended = File.GetLastWriteTimeUtc(file), Error = "damaged-lesson", Message = $"What was written of this lesson is damaged: {Quote.Of(error.Message)} Give it again.",
            };
        }
    }
}
