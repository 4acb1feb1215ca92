using System.Text.Json;
using System.Text.Json.Serialization;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>Where the trials of a study run: what <c>--on</c> and its options say. It decides no number, so it stands beside the plan and not in it.</summary>
internal sealed record RunnerChoice
{
    /// <summary>What runs them.</summary>
    public RunnerKind On { get; init; }

    /// <summary>Trials at a time on this machine; null for one per core.</summary>
    public int? Jobs { get; init; }

    /// <summary>Slurm's partition; null for its default.</summary>
    public string? Partition { get; init; }

    /// <summary>Limit of time of a job as Slurm writes it; null for the partition's.</summary>
    public string? Time { get; init; }

    /// <summary>Memory of a job as Slurm writes it; null for the partition's.</summary>
    public string? Memory { get; init; }

    /// <summary>Most jobs at a time; null for as many as Slurm allows.</summary>
    public int? ArrayLimit { get; init; }

    /// <summary>Whether the command stays until the study is done.</summary>
    [JsonIgnore]
    public bool Waits { get; init; } = true;

    /// <summary>So many threads of this process.</summary>
    public static RunnerChoice Threads(int jobs) => new() { Jobs = jobs };

    /// <summary>How many trials run at a time on this machine, for what they need together.</summary>
    [JsonIgnore]
    public int Here => On == RunnerKind.Slurm ? 1 : Jobs ?? Environment.ProcessorCount;

    /// <summary>How many of so many trials run at a time, in words.</summary>
    public string InWords(int? trials = null) => On switch
    {
        RunnerKind.Slurm => "on Slurm",
        RunnerKind.Processes => $"{Math.Min(Here, trials ?? Here)} at a time, each in a process",
        _ => $"{Math.Min(Here, trials ?? Here)} at a time",
    };

    /// <summary>What a study's folder was last worked on with; null for threads.</summary>
    public static RunnerChoice? Of(string path)
    {
        try
        {
            return File.Exists(PathIn(path)) ? JsonSerializer.Deserialize<RunnerChoice>(File.ReadAllText(PathIn(path)), Settings.Json) : null;
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("corrupt-file", $"'{PathIn(path)}', which says where trials run, cannot be read: {damaged.Message} Delete it and say it again with --on.", damaged);
        }
    }

    /// <summary>Keeps it in a study's folder, so that <c>resume</c> goes on in the same way.</summary>
    public void Remember(string path)
    {
        string file = PathIn(path);
        if (On != RunnerKind.Threads) JsonFile.Write(file, JsonSerializer.SerializeToNode(this, Settings.Json)!);
        else if (File.Exists(file)) File.Delete(file); // a trial's folder, whose study holds the lock, has no place for it
    }

    private static string PathIn(string path) => FolderPath.Within(path, WorkFolder.State, "runner.json");
}
