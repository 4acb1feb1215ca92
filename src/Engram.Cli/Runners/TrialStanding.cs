using System.Text.Json;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>
/// Where a trial stands that another process runs, in <c>.engram/trials/NAME/standing.json</c> of the study's folder: written by the process that
/// holds the trial, read by whoever watches the study. No result depends on it.
/// </summary>
internal sealed record TrialStanding
{
    /// <summary>Name of the machine.</summary>
    public required string Host { get; init; }

    /// <summary>Its processor.</summary>
    public required string Processor { get; init; }

    /// <summary>What the trial last reported; null before it did.</summary>
    public TrialReport? Report { get; init; }

    /// <summary>Code of the error that it ended with; null where it did not.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error's message.</summary>
    public string? Error { get; init; }

    /// <summary>Before the first report of a trial that this process runs.</summary>
    public static TrialStanding Begun() => new() { Host = Environment.MachineName, Processor = Processors.Name };

    /// <summary>What is known of a trial; null for nothing.</summary>
    /// <param name="place">Folder or file of the trial.</param>
    public static TrialStanding? Of(string place)
    {
        try
        {
            return JsonSerializer.Deserialize<TrialStanding>(File.ReadAllText(PathOf(place)), Settings.Json);
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it. It may be lost, for only people who watch miss it.</summary>
    public void Write(string place)
    {
        try
        {
            JsonFile.Write(PathOf(place), JsonSerializer.SerializeToNode(this, Settings.Json)!);
        }
        catch (EngramException)
        {
            // The trial meets the full disk itself, where it matters.
        }
    }

    /// <summary>Forgets how a trial ended before.</summary>
    public static void Forget(string place)
    {
        if (File.Exists(PathOf(place))) File.Delete(PathOf(place));
    }

    /// <summary>That trials ran on processors of different kinds, in a line; null where that is not known.</summary>
    public static string? Doubt(IEnumerable<StudyTrial> trials)
    {
        IGrouping<string, string>[] kinds = [.. trials.Select(trial => trial.Place is { } place ? Of(place)?.Processor : null).OfType<string>().GroupBy(name => name).OrderByDescending(group => group.Count())];
        return kinds.Length < 2 ? null : $"Trials ran on different processors ({string.Join(", ", kinds.Select(kind => $"{kind.Count()} on {kind.Key}"))}): dense and recurrent networks learn the same bits on all of them, others may differ in the last digits.";
    }

    private static string PathOf(string place) => Path.Combine(FolderLock.StateOfTrial(place), "standing.json");
}
