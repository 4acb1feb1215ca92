using System.Diagnostics;
using Engram.Durable;
using Engram.Durable.Storage;
using Engram.Tables;

namespace Engram.Bench.Learners;

/// <summary>
/// Kills the command at random moments while it learns, promotes, goes back, prunes and forgets. Whatever is killed: the file opens, all of it is sound, what answers is what answered
/// before or what answers undisturbed after that step, and what goes on ends with the same bits.
/// </summary>
/// <param name="program">The command <c>engram</c>.</param>
/// <param name="seed">Of the moments.</param>
/// <param name="undisturbed">Does in a folder what is not to be killed, and returns the exit code; null for a process of its own.</param>
internal sealed class LearnerKills(string program, int seed, Func<string, string[], int>? undisturbed = null) : IDisposable
{
    private const int Earliest = 150, Spread = 900; // milliseconds after the start
    private const string File = "FILE";
    private readonly LearnerTables tables = new();
    private readonly Random random = new(seed);
    private readonly List<string> faults = [];

    /// <summary>Kills that met a process at work.</summary>
    public int Kills { get; private set; }

    /// <summary>Times that a whole story was lived through.</summary>
    public int Lives { get; private set; }

    public void Dispose() => tables.Dispose();

    /// <summary>Lives until there were so many kills.</summary>
    /// <param name="kills">How many.</param>
    /// <param name="report">Told after each life; null for nobody.</param>
    /// <returns>What was wrong, a line each; none where all was well.</returns>
    public IReadOnlyList<string> Run(int kills, Action? report = null)
    {
        string[][] story = Story();
        List<string> answers = [""]; // after each step, undisturbed
        foreach (string[] step in story)
        {
            if (Do("straight.engram", step) is not (0 or 3) and var code) faults.Add($"undisturbed, '{step[0]}' ended with {code}");
            answers.Add(Answers("straight.engram"));
        }
        string expected = All("straight.engram");
        while (Kills < kills && faults.Count == 0)
        {
            string file = $"life{Lives++}.engram";
            for (int step = 0; step < story.Length; step++) Live(file, story[step], answers[step], answers[step + 1], kills);
            if (All(file) != expected) faults.Add($"life {Lives} ended with other bits");
            report?.Invoke();
        }
        return faults;
    }

    private void Live(string file, string[] step, string before, string after, int kills)
    {
        while (Kills < kills && random.Next(4) > 0)
        {
            bool wasKilled = Kill(file, step);
            string now = Answers(file);
            if (now != before && now != after) faults.Add($"after kill {Kills + 1}, of '{step[0]}', something else answers");
            if (!wasKilled) break;
            Kills++;
        }
        // 2: it was done before it was killed, and cannot be done twice.
        if (Do(file, step) is not (0 or 2 or 3) and var code) faults.Add($"'{step[0]}' ended with {code} after kill {Kills}");
        if (Answers(file) != after) faults.Add($"after '{step[0]}', gone on with, something else answers");
    }

    private string[][] Story()
    {
        string one = tables.Write("one", 400, 8, 2, 1), two = tables.Write("two", 400, 8, 2, 2, first: 1), three = tables.Write("three", 400, 8, 3, 3, first: 1);
        return
        [
            ["learn", File, one, "--method", "replay", "--set", "network.hidden=32", "--set", "training.epochs=20", "--set", "gate.maxDrop=1", "--set", "gate.maxDropSinceLearned=1"],
            ["learn", File, two], ["rollback", File, "1"], ["learn", File, three], ["promote", File, "2", "--reason", "again"], ["prune", File, "--keep", "2"], ["forget", File, "--lesson", "three"],
        ];
    }

    private int Do(string file, string[] step)
    {
        if (undisturbed is not null) return undisturbed(tables.Folder, Arguments(file, step));
        using Process process = Start(file, step);
        process.WaitForExit();
        return process.ExitCode;
    }

    private bool Kill(string file, string[] step)
    {
        using Process process = Start(file, step);
        bool ended = process.WaitForExit(TimeSpan.FromMilliseconds(Earliest + (random.NextDouble() * Spread)));
        if (!ended) process.Kill();
        process.WaitForExit();
        return !ended;
    }

    private Process Start(string file, string[] step)
    {
        Process process = Process.Start(new ProcessStartInfo(program, Arguments(file, step)) { WorkingDirectory = tables.Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string[] Arguments(string file, string[] step) => [.. step.Select(word => word == File ? file : word), "--quiet"];

    private string Answers(string file)
    {
        string path = tables[file];
        if (!System.IO.File.Exists(path)) return "";
        using DurableLearner learner = DurableLearner.OpenOrCreate(path, new() { Assemblies = [typeof(CsvReader).Assembly] });
        faults.AddRange(learner.Problems());
        if (learner.Version == 0) return "";
        float[][] inputs = [.. Enumerable.Range(0, 20).Select(row => Enumerable.Range(0, 8).Select(column => (float)Math.Sin(row + (3 * column))).ToArray())];
        return string.Join(' ', learner.Predict(inputs).Select(answer => $"{answer.Label}{answer.Probability:R}"));
    }

    // Every version's bits, the matrix, and which version answers.
    private string All(string file)
    {
        using EngramStore store = EngramStore.Open(tables[file], create: false);
        return store.Read(reader =>
        {
            IEnumerable<string> states = reader.Versions().SelectMany(version => reader.State(StateOwner.Version, version.Number).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{version.Number} {one.Key} {ContentHash.Of(one.Value)}"));
            return string.Join('\n', [.. states, .. reader.Matrix().Select(row => $"{row.Version} {row.Lesson} {row.Right} of {row.Samples}"), $"{reader.Learner()!.Current}"]);
        });
    }
}
