using System.Text.Json;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>An array of jobs.</summary>
/// <param name="Id">Slurm's id of it.</param>
/// <param name="Base">What is added to an element's index for the number of its trial.</param>
/// <param name="Trials">Numbers of its trials.</param>
internal sealed record SlurmArrayJob(string Id, int Base, int[] Trials);

/// <summary>What of a study was handed to Slurm, in <c>.engram/slurm/jobs.json</c> of its folder.</summary>
internal sealed record SlurmJobs
{
    /// <summary>The arrays whose trials may still run.</summary>
    public SlurmArrayJob[] Arrays { get; init; } = [];

    /// <summary>Jobs that go on with the study after trials, the newest last.</summary>
    public string[] After { get; init; } = [];

    /// <summary>Numbers of the trials that were handed in.</summary>
    public IEnumerable<int> Trials() => Arrays.SelectMany(array => array.Trials);

    /// <summary>Numbers of the trials that wait or run.</summary>
    /// <param name="queue">Slurm's queue.</param>
    public IEnumerable<int> Alive(IReadOnlyList<QueuedJob> queue) => Arrays.SelectMany(array => array.Trials.Intersect(queue.Where(job => job.Job == array.Id && job.Element is not null).Select(job => array.Base + job.Element!.Value)));

    /// <summary>Those of a study; none where there are none.</summary>
    public static SlurmJobs Of(string path)
    {
        string file = PathIn(path);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<SlurmJobs>(File.ReadAllText(file), Settings.Json) ?? new() : new();
        }
        catch (JsonException damaged)
        {
            throw EngramException.Input("corrupt-file", $"'{file}', which says what was handed to Slurm, cannot be read: {damaged.Message} End those jobs, delete it, and resume.", damaged);
        }
    }

    /// <summary>Keeps them.</summary>
    public void Write(string path) => JsonFile.Write(PathIn(path), JsonSerializer.SerializeToNode(this, Settings.Json)!);

    private static string PathIn(string path) => FolderPath.Within(SlurmScript.Folder(path), "jobs.json");
}
