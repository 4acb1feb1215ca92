using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>A line of Slurm's queue.</summary>
/// <param name="Job">Id of the job, or of the array it belongs to.</param>
/// <param name="Element">Its index in the array; null for a job that is none.</param>
/// <param name="State">Such as <c>PENDING</c> or <c>RUNNING</c>.</param>
/// <param name="Reason">Why it waits; <c>None</c> where it does not.</param>
internal sealed record QueuedJob(string Job, int? Element, string State, string Reason);

/// <summary>Slurm's commands on the PATH.</summary>
internal sealed class SlurmCluster
{
    // Slurm's own time-outs are shorter.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const string Nobody = "Invalid job id specified";

    private SlurmCluster(int mostElements) => MostElements = mostElements;

    /// <summary>How many elements an array may have; their indices are below that.</summary>
    public int MostElements { get; }

    /// <summary>The cluster that this machine submits to.</summary>
    /// <param name="partition">The partition that jobs shall go to; null for Slurm's default.</param>
    /// <exception cref="EngramException">There is none, it does not answer, or it has no such partition.</exception>
    public static SlurmCluster Find(string? partition)
    {
        string settings = Ask("scontrol", "show", "config");
        string[] partitions = [.. Ask("sinfo", "--noheader", "--format=%R").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];
        foreach (string name in partition?.Split(',') ?? [])
            if (!partitions.Contains(name)) throw EngramException.Input("unknown-partition", $"--partition is '{name}', but Slurm has {string.Join(", ", partitions.Select(one => $"'{one}'"))}{NearestNames.Suggest(name, partitions)}");
        return new(MostElementsIn(settings));
    }

    /// <summary>Hands in a script; returns the id of its job.</summary>
    /// <exception cref="EngramException">Slurm refuses it.</exception>
    public static string Submit(params string[] arguments) => Ask("sbatch", ["--parsable", .. arguments]).Trim().Split(';')[0];

    /// <summary>What of some jobs waits or runs.</summary>
    /// <exception cref="EngramException">Slurm does not answer.</exception>
    public static IReadOnlyList<QueuedJob> Queue(IReadOnlyCollection<string> jobs)
    {
        if (jobs.Count == 0) return [];
        var (code, output, error) = Run("squeue", "--noheader", "--array", $"--jobs={string.Join(',', jobs)}", "--format=%i|%T|%r");
        if (code != 0 && !error.Contains(Nobody, StringComparison.Ordinal)) throw Refusal("squeue", code, error);
        return ReadQueue(output);
    }

    /// <summary>Ends jobs that wait; those that run go on.</summary>
    public static void CancelWaiting(string job) => Run("scancel", "--state=PENDING", job);

    /// <summary>The lines that squeue writes.</summary>
    internal static IReadOnlyList<QueuedJob> ReadQueue(string text)
    {
        List<QueuedJob> jobs = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('|', 3) is not [var id, var state, var reason]) continue;
            string[] parts = id.Split('_', 2);
            jobs.Add(new(parts[0], parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int element) ? element : null, state, reason));
        }
        return jobs;
    }

    /// <summary>Numbers as Slurm writes those of an array: <c>1-3,7,9-12</c>.</summary>
    internal static string Ranges(IEnumerable<int> numbers)
    {
        List<(int First, int Last)> ranges = [];
        foreach (int number in numbers.Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1) ranges[^1] = (ranges[^1].First, number);
            else ranges.Add((number, number));
        }
        return string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }

    /// <summary>The number of elements that an array may have, in what scontrol writes about Slurm's settings.</summary>
    internal static int MostElementsIn(string settings)
    {
        const string Name = "MaxArraySize", Standard = "1001";
        string line = settings.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal)) ?? $"{Name} = {Standard}";
        if (int.TryParse(line.Split('=')[^1].Trim(), out int most) && most > 1) return most;
        throw EngramException.Input("slurm-refuses", $"Slurm allows no arrays of jobs here ({line.Trim()}), but trials are elements of one; ask who runs the cluster, or give --on processes.");
    }

    private static string Ask(string program, params string[] arguments)
    {
        var (code, output, error) = Run(program, arguments);
        return code == 0 ? output : throw Refusal(program, code, error);
    }

    private static EngramException Refusal(string program, int code, string error)
    {
        string words = string.Join(" ", error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return EngramException.Input("slurm-refuses", $"Slurm refuses ({program}): {(words.Length == 0 ? $"exit code {code}" : words.TrimEnd('.'))}. Mend what it names, or give --on processes.");
    }

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return (-1, "", $"no answer within {Patience.TotalMinutes:0} minutes");
            }
            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            throw EngramException.Input("no-slurm", $"'{program}', a command of Slurm, is not on the PATH; run this on a machine that submits to the cluster, or give --on processes.", missing);
        }
    }
}
