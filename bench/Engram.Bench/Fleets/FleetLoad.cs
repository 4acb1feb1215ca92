using System.Collections.Concurrent;
using System.Diagnostics;
using Engram.Durable;
using Engram.Durable.Storage;

namespace Engram.Bench.Fleets;

/// <summary>How a load asks and teaches: a fleet, or what it is compared with.</summary>
/// <param name="Predict">Asks a learner for one answer: label and version.</param>
/// <param name="Learn">Teaches a learner a lesson by its name; returns its version once it is kept.</param>
internal sealed record FleetUnderLoad(Func<string, float[], Task<(string Label, int Version)>> Predict, Func<string, string, float[][], string[], Task<int>> Learn);

/// <summary>Many learners that are asked and taught by many callers at once, and whether all that was acknowledged is there afterwards.</summary>
/// <param name="target">What is asked.</param>
/// <param name="learners">How many.</param>
/// <param name="features">Numbers of an input.</param>
/// <param name="classes">Classes.</param>
/// <param name="each">Samples of each class in a lesson.</param>
internal sealed class FleetLoad(FleetUnderLoad target, int learners, int features, int classes, int each = 5)
{
    private const int FirstSeed = 1_000_000; // of callers; the first lessons have the numbers of their learners
    private readonly ConcurrentDictionary<(int Learner, string Lesson), int> learned = [];
    private readonly ConcurrentDictionary<(int Learner, int Version), bool> answered = [];
    private readonly ConcurrentBag<string> failed = [];
    private readonly ConcurrentBag<double> seconds = [];
    private readonly float[][] centres = [.. Enumerable.Range(0, classes).Select(one => Enumerable.Range(0, features).Select(place => (float)new Random(one * features + place).NextDouble() * 4).ToArray())];
    private long predictions, right;
    private int lessons, seeds = FirstSeed;

    /// <summary>Predictions answered while it was measured.</summary>
    public long Predictions => predictions;

    /// <summary>Lessons acknowledged.</summary>
    public int Lessons => learned.Count;

    /// <summary>Share of the predictions that were right.</summary>
    public double Right => predictions == 0 ? 0 : right / (double)predictions;

    /// <summary>What failed for good, a line each.</summary>
    public IReadOnlyCollection<string> Failed => failed;

    /// <summary>Seconds of the longest answer, asking again included.</summary>
    public double Longest => seconds.IsEmpty ? 0 : seconds.Max();

    /// <summary>Name of a learner.</summary>
    public static string NameOf(int learner) => $"machine-{learner}";

    /// <summary>Teaches every learner its first lesson.</summary>
    /// <param name="callers">Callers that teach.</param>
    /// <param name="count">How many of the learners; 0 for all.</param>
    public Task Begin(int callers, int count = 0) => Each(callers, count == 0 ? learners : count, async learner => await Teach(learner, "first", new(learner)));

    /// <summary>Asks and teaches.</summary>
    /// <param name="time">For how long.</param>
    /// <param name="callers">Callers that ask.</param>
    /// <param name="teachers">Callers that teach.</param>
    /// <param name="pause">Between two lessons of a teacher.</param>
    public async Task Run(TimeSpan time, int callers, int teachers, TimeSpan pause)
    {
        using CancellationTokenSource over = new(time);
        IEnumerable<Task> asking = Enumerable.Range(0, callers).Select(caller => Task.Run(() => Until(NextRandom(), Ask, over.Token)));
        IEnumerable<Task> teaching = Enumerable.Range(0, teachers).Select(teacher => Task.Run(() => Until(NextRandom(), async random =>
        {
            await Teach(random.Next(learners), $"lesson {Interlocked.Increment(ref lessons)}", random);
            await Task.Delay(pause);
        }, over.Token)));
        await Task.WhenAll([.. asking, .. teaching]);
    }

    /// <summary>Looks into the database whether every acknowledged lesson is there, once, and every answer came from a version that was promoted.</summary>
    /// <returns>What is wrong, a line each.</returns>
    public IReadOnlyList<string> Faults(string database)
    {
        ConcurrentBag<string> faults = [.. failed];
        ILookup<int, (string Lesson, int Version)> acknowledged = learned.ToLookup(one => one.Key.Learner, one => (one.Key.Lesson, one.Value));
        ILookup<int, int> versions = answered.Keys.ToLookup(one => one.Learner, one => one.Version);
        Parallel.ForEach(acknowledged.Select(group => group.Key).Union(versions.Select(group => group.Key)), new ParallelOptions { MaxDegreeOfParallelism = 4 }, learner =>
        {
            using DurableLearner there = DurableLearner.Open(PostgresLearners.AddressOf(database, NameOf(learner)));
            LearnerHistory history = there.History();
            Dictionary<string, int> made = history.Versions.Where(version => version.Lesson is not null).ToDictionary(version => version.Lesson!, version => version.Number);
            foreach (var (lesson, version) in acknowledged[learner])
                if (made.GetValueOrDefault(lesson) != version) faults.Add($"{NameOf(learner)}: '{lesson}' was acknowledged as version {version} and is {(made.TryGetValue(lesson, out int other) ? $"version {other}" : "lost")}");
            HashSet<int> promoted = [.. history.Versions.Where(version => version.Promoted is not null).Select(version => version.Number)];
            foreach (int version in versions[learner].Where(version => !promoted.Contains(version))) faults.Add($"{NameOf(learner)}: version {version} answered and was never promoted");
        });
        return [.. faults];
    }

    // Lessons of the same data are the same lesson, so no two callers may be alike.
    private Random NextRandom() => new(Interlocked.Increment(ref seeds));

    private async Task Ask(Random random)
    {
        int learner = random.Next(learners), one = random.Next(classes);
        long begun = Stopwatch.GetTimestamp();
        var (label, version) = await target.Predict(NameOf(learner), Near(one, random));
        seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        answered.TryAdd((learner, version), true);
        Interlocked.Increment(ref predictions);
        if (label == $"class {one}") Interlocked.Increment(ref right);
    }

    private async Task Teach(int learner, string lesson, Random random)
    {
        int[] of = [.. Enumerable.Range(0, classes * each).Select(i => i % classes)];
        learned[(learner, lesson)] = await target.Learn(NameOf(learner), lesson, [.. of.Select(one => Near(one, random))], [.. of.Select(one => $"class {one}")]);
    }

    private async Task Until(Random random, Func<Random, Task> act, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await act(random);
            }
            catch (Exception error)
            {
                failed.Add($"{error.GetType().Name}: {error.Message}");
            }
        }
    }

    private static async Task Each(int callers, int count, Func<int, Task> act)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int one; (one = Interlocked.Increment(ref next)) < count;) await act(one);
        })));
    }

    private float[] Near(int one, Random random) => [.. centres[one].Select(number => number + (float)(random.NextDouble() - 0.5))];
}
