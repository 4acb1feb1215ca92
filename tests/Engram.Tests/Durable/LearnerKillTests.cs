using System.Diagnostics;
using Engram.Durable;
using Engram.Durable.Storage;
using Engram.Tests.Cli;

namespace Engram.Tests.Durable;

/// <summary>The bench has a thousand of these: <c>Engram.Bench kills</c>.</summary>
public sealed class LearnerKillTests(EngramCommand engram, ITestOutputHelper output) : IDisposable
{
    private const int Kills = 60;
    private readonly Months months = new();
    private readonly int seed = Environment.TickCount;

    public void Dispose() => months.Dispose();

    /// <summary>Whatever is killed at whatever moment: the file opens, all of it is sound, and what answers is what answered before or what would have answered after.</summary>
    [Fact]
    public void Sixty_kills_at_random_moments_lose_nothing_and_what_goes_on_ends_with_the_same_bits()
    {
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        string[][] story = Story();
        Assert.All(story, step => Assert.Contains(Do("straight.engram", step), (int[])[0, 3]));
        string expected = All("straight.engram");

        int kills = 0;
        for (int life = 0; kills < Kills; life++)
        {
            string file = $"life{life}.engram";
            foreach (string[] step in story)
            {
                while (kills < Kills && random.Next(4) > 0)
                {
                    string before = Answers(file);
                    bool wasKilled = Kill(file, step, random);
                    string after = Answers(file);
                    if (wasKilled) kills++;
                    else break;
                    if (after != before) Assert.Contains(after, AnswersAfter);
                }
                Assert.Contains(Do(file, step), (int[])[0, 2, 3]); // 2: done before it was killed, and cannot be done twice
                AnswersAfter.Add(Answers(file));
            }
            Assert.Equal(expected, All(file));
        }
    }

    private HashSet<string> AnswersAfter { get; } = [];

    private string[][] Story()
    {
        string one = months.Table("one", 300, "ab", 1), two = months.Table("two", 300, "bc", 2), three = months.Table("three", 300, "ad", 3);
        return
        [
            ["learn", "FILE", one, "--method", "replay", "--set", "network.hidden=16", "--set", "training.epochs=6", "--set", "gate.maxDrop=1", "--set", "gate.maxDropSinceLearned=1"],
            ["learn", "FILE", two], ["rollback", "FILE", "1"], ["learn", "FILE", three], ["promote", "FILE", "2", "--reason", "again"], ["prune", "FILE", "--keep", "2"], ["forget", "FILE", "--lesson", "three"],
        ];
    }

    private int Do(string file, string[] step)
    {
        Outcome outcome = engram.Run(months.Folder, [.. step.Select(word => word == "FILE" ? file : word), "--quiet"]);
        AnswersAfter.Add(Answers(file));
        return outcome.ExitCode;
    }

    private bool Kill(string file, string[] step, Random random)
    {
        using Process process = engram.Start(months.Folder, [.. step.Select(word => word == "FILE" ? file : word), "--quiet"]);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(TimeSpan.FromMilliseconds(200 + (random.NextDouble() * 900)));
        process.Kill();
        process.WaitForExit();
        return !ended;
    }

    private string Answers(string file)
    {
        string path = Path.Combine(months.Folder, file);
        if (!File.Exists(path)) return "";
        using DurableLearner learner = DurableLearner.OpenOrCreate(path, new() { Assemblies = Months.Assemblies });
        Assert.Empty(learner.Problems());
        if (learner.Version == 0) return "";
        return string.Join(' ', learner.Predict([.. Enumerable.Range(0, 20).Select(i => new[] { i * .2f, 2 - (i * .2f), i * .1f, .5f })]).Select(answer => $"{answer.Label}{answer.Probability:R}"));
    }

    // Every version's bits, the matrix, and which version answers.
    private string All(string file)
    {
        using EngramStore store = EngramStore.Open(Path.Combine(months.Folder, file), create: false);
        return store.Read(reader => string.Join('\n', reader.Versions().SelectMany(version => reader.State(StateOwner.Version, version.Number).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{version.Number} {one.Key} {ContentHash.Of(one.Value)}")))
            + "\n" + string.Join('\n', reader.Matrix().Select(row => $"{row.Version} {row.Lesson} {row.Right} of {row.Samples}")) + $"\n{reader.Learner()!.Current}");
    }
}
