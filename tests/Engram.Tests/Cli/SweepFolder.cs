using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Tests.Cli;

/// <summary>A comparison that ran elsewhere, beside the same one on threads.</summary>
internal static class SweepFolder
{
    /// <summary>
    /// That both hold the same, bit for bit: results, tables, pictures and pages of the comparison and of every trial. What depends on time and place is the seconds
    /// that were measured and the command that was typed, and nothing else: these are given to the threads' folder, which is then collected anew.
    /// </summary>
    /// <param name="engram">Collects.</param>
    /// <param name="threads">The comparison on threads; changed.</param>
    /// <param name="other">The other one.</param>
    public static void AssertSame(EngramCommand engram, string threads, string other)
    {
        Rewrite(threads, other, "comparison.json", "command");
        foreach (string trial in Trials(other)) Rewrite(threads, other, Path.Combine("trials", trial, "results.json"), "seconds");
        File.Delete(Path.Combine(threads, "results.json"));
        File.Delete(Path.Combine(threads, "report.html"));
        Outcome collected = engram.Run(threads, "collect", ".");
        Assert.True(collected.ExitCode == 0, collected.Error);

        string[] files = Files(threads);
        Assert.Equal(files, Files(other));
        Assert.Contains("report.html", files);
        Assert.Contains(Path.Combine("trials", Trials(other)[0], "steps.csv"), files);
        Assert.All(files, file => Assert.True(File.ReadAllBytes(Path.Combine(threads, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(other, file))), $"{file} differs"));
    }

    /// <summary>Waits for something.</summary>
    /// <param name="what">Named where it does not come.</param>
    /// <param name="come">Whether it has come.</param>
    /// <param name="seconds">How long.</param>
    public static void WaitUntil(string what, Func<bool> come, int seconds = 60)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!come())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds, $"{what} did not come within {seconds} s");
            Thread.Sleep(50);
        }
    }

    /// <summary>The process that runs a trial now.</summary>
    /// <param name="folder">The study's folder.</param>
    /// <param name="trial">The trial's.</param>
    public static Process? Holder(string folder, string trial)
    {
        string place = Path.Combine(folder, "trials", trial), standing = Path.Combine(folder, ".engram", "trials", trial, "standing.json");
        if (!File.Exists(standing)) return null;
        if (File.Exists(Path.Combine(place, "results.json")) || FolderLock.HolderOfTrial(place)?.Process is not { } id || id == Environment.ProcessId) return null;
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null; // it ended meanwhile
        }
    }

    private static string[] Trials(string folder) => [.. Directory.GetDirectories(Path.Combine(folder, "trials")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    // Checkpoints hold seconds, too, and are no result.
    private static string[] Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
        .Where(file => !file.StartsWith(".engram", StringComparison.Ordinal) && !file.Contains("checkpoint")).Order(StringComparer.Ordinal)];

    private static void Rewrite(string threads, string other, string file, string member)
    {
        JsonObject mine = JsonFile.Read(Path.Combine(threads, file)), theirs = JsonFile.Read(Path.Combine(other, file));
        Assert.NotNull(theirs[member]);
        mine[member] = theirs[member]!.DeepClone();
        JsonFile.Write(Path.Combine(threads, file), mine);
    }
}
