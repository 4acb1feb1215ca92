using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class KillTests(EngramCommand engram, ITestOutputHelper output) : IDisposable
{
    private static readonly int Kills = Amount.Of("ENGRAM_KILLS", 10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] Run =
    [
        "run", "permuted-digits", "--method", "ewc", "--tasks", "4", "--set", "stream.samples=1000", "--set", "stream.testSamples=500", "--set", "network.hidden=32",
        "--set", "training.batch=10", "--set", "training.checkpointEvery=5", "--set", "method.samples=0",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly int seed = Environment.TickCount;

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Training, consolidation, measuring and writing of checkpoints each take a good share of this run's time, so random moments meet
    /// all of them; every fifth kill falls into the start of the program. <c>ENGRAM_KILLS</c> says how many there are.
    /// </summary>
    [Fact]
    public void A_run_killed_at_random_moments_ends_bit_for_bit_as_if_it_had_not_been()
    {
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        Assert.Equal(0, engram.Run(folder.Path, [.. Run, "--out", "straight"]).ExitCode);
        string expected = Results("straight");

        int kills = 0, runs = 0;
        while (kills < Kills)
        {
            string name = $"killed{runs++}";
            while (kills < Kills && KillOnce(name, random, whileStarting: kills % 5 == 4)) kills++;
            Outcome end = engram.Run(folder.Path, Command(name));
            Assert.True(end.ExitCode == 0, $"after {kills} kills: {end.Error}");
            Assert.Equal(expected, Results(name));
        }
        output.WriteLine($"{kills} kills over {runs} runs");
    }

    // True when the process was killed, false when it had ended before.
    private bool KillOnce(string name, Random random, bool whileStarting)
    {
        string checkpoint = folder[name, "checkpoint", "state.safetensors"];
        DateTime before = File.GetLastWriteTimeUtc(checkpoint);
        using Process process = engram.Start(folder.Path, Command(name));
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Stopwatch clock = Stopwatch.StartNew();
        while (!whileStarting && !process.HasExited && File.GetLastWriteTimeUtc(checkpoint) == before && clock.Elapsed < Patience) Thread.Sleep(2);
        bool ended = process.WaitForExit(TimeSpan.FromMilliseconds(random.NextDouble() * (whileStarting ? 700 : 150)));
        process.Kill();
        process.WaitForExit();
        return !ended;
    }

    private string[] Command(string name) => File.Exists(folder[name, "config.json"]) ? ["resume", name] : [.. Run, "--out", name];

    private string Results(string name)
    {
        JsonNode results = JsonNode.Parse(File.ReadAllText(folder[name, "results.json"]))!;
        return string.Join("\n", results["matrix"]!.ToJsonString(), results["weights"]!.ToJsonString(), results["metrics"]!.ToJsonString(), File.ReadAllText(folder[name, "steps.csv"]));
    }
}
