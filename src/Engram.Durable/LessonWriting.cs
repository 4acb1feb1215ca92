using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>Writes what a lesson made, within one transaction: all of it or nothing.</summary>
/// <param name="writer">The transaction.</param>
/// <param name="settled">What the learner was made with; its options are those that hold from now on.</param>
/// <param name="clock">What time it is.</param>
internal sealed class LessonWriting(StoreWriter writer, Settled settled, TimeProvider clock)
{
    private const int Mebibyte = 1 << 20;

    /// <summary>Writes a lesson and its version.</summary>
    public void Write(Lesson lesson, LessonData data, LearningTask task, Candidate candidate, VersionScores scores, VersionMetrics metrics, int parent, IReadOnlyList<string> names)
    {
        DateTimeOffset now = clock.GetUtcNow();
        int length = (int)task.Train.InputShape.Aggregate(1L, (product, size) => product * size);
        HashSet<int> held = settled.Options.Keep == Keep.Nothing ? [] : [.. Enumerable.Range(0, task.Test.Count)];
        if (held.Count > 0) GiveUp(scores, lesson.Number, held, length);
        bool keeps = settled.Options.Keep == Keep.Features;
        writer.Put(settled.Row with
        {
            Options = Settled.ToJson(settled.Options, settled.Records, settled.Choices), Lessons = lesson.Number, Versions = lesson.Version, Current = lesson.Promoted ? lesson.Version : settled.Row.Current,
        });
        for (int number = names.Count - lesson.NewClasses.Count; number < names.Count; number++) writer.Put(new ClassRow(number, names[number], lesson.Number));
        writer.Put(new LessonRow(lesson.Number, lesson.Name, now, data.Records.Source, task.Train.Count, task.Test.Count, held.Count, keeps ? task.Train.Count : 0, data.Digest, ClassCounts(task, names), null));
        writer.Add(Rows(lesson.Number, task.Test, data, data.Test, isTest: true, length, held));
        if (keeps) writer.Add(Rows(lesson.Number, task.Train, data, data.Train, isTest: false, length, null));
        Write(new VersionRow(lesson.Version, parent, lesson.Number, now, lesson.Promoted ? now : null, lesson.Verdict.ToJson().ToJsonString(), Json(metrics), candidate.Header.ToJson().ToJsonString(), candidate.Values, candidate.State.Count, null), candidate, scores, held);
        if (candidate.OfLesson.Count > 0) writer.PutState(StateOwner.Lesson, lesson.Number, candidate.OfLesson);
        GiveUpWhatMayNotStay();
        writer.Put((UnfinishedRow?)null);
        writer.PutState(StateOwner.Unfinished, 0, new Dictionary<string, byte[]>());
        Note("learn", new() { ["lesson"] = lesson.Name, ["version"] = lesson.Version, ["source"] = data.Records.Source, ["promoted"] = lesson.Promoted });
        if (lesson.Promoted && settled.Options.Versions > 0) Prune(settled.Options.Versions);
    }

    /// <summary>Writes a version with its row of the matrix.</summary>
    /// <param name="version">The version.</param>
    /// <param name="candidate">What it is.</param>
    /// <param name="scores">How it answered.</param>
    /// <param name="held">Numbers of the new lesson's held-out samples that are kept.</param>
    public void Write(VersionRow version, Candidate candidate, VersionScores scores, HashSet<int> held)
    {
        writer.Put(version);
        writer.PutState(StateOwner.Version, version.Number, candidate.State);
        foreach (VersionScores.OfLesson one in scores.Earlier) writer.Put(new MatrixRow(version.Number, one.Number, one.Samples, one.Right, one.Answers));
        if (scores.New is { } fresh)
            writer.Put(new MatrixRow(version.Number, fresh.Number, fresh.Samples, fresh.Right, [.. fresh.Answers.Select((answer, sample) => held.Contains(sample) ? answer : -1)]));
    }

    /// <summary>Removes the state of all but the newest versions; the current one always stays.</summary>
    /// <param name="keep">How many stay.</param>
    /// <returns>Numbers of those removed.</returns>
    public IReadOnlyList<int> Prune(int keep)
    {
        int current = writer.Learner()?.Current ?? 0;
        int[] there = [.. writer.Versions().Where(version => version.Removed is null).Select(version => version.Number)];
        int[] removed = [.. there.Except([.. there.Where(number => number != current).OrderDescending().Take(keep - 1), current])];
        foreach (int number in removed) Remove(writer, number, clock.GetUtcNow());
        return removed;
    }

    /// <summary>Removes the state of a version; its row stays for the history.</summary>
    public static void Remove(StoreWriter writer, int number, DateTimeOffset now)
    {
        writer.PutState(StateOwner.Version, number, new Dictionary<string, byte[]>());
        writer.Put(writer.Version(number) with { State = 0, Header = "", Values = "", Removed = now });
    }

    /// <summary>Adds an event: who did what, when and where.</summary>
    public void Note(string what, JsonObject detail) => Note(writer, clock, what, detail);

    /// <summary>The same for other changes.</summary>
    public static void Note(StoreWriter writer, TimeProvider clock, string what, JsonObject detail) => writer.Add(clock.GetUtcNow(), Environment.UserName, Environment.MachineName, what, detail.ToJsonString());

    /// <summary>As it is stored.</summary>
    public static string Json(VersionMetrics metrics) => JsonSerializer.Serialize(metrics, Settings.Json);

    private static IEnumerable<HeldRow> Rows(int lesson, Samples samples, LessonData data, int[] records, bool isTest, int length, HashSet<int>? kept)
    {
        float[] input = new float[length];
        for (int sample = 0; sample < samples.Count; sample++)
        {
            if (kept?.Contains(sample) == false) continue;
            samples.Read(sample, input);
            yield return new(lesson, isTest, sample, samples.Target(sample), data.Records.ContentHash(records[sample]), SampleBytes.From(input));
        }
    }

    private static string ClassCounts(LearningTask task, IReadOnlyList<string> names)
    {
        int[] train = new int[names.Count], test = new int[names.Count];
        for (int sample = 0; sample < task.Train.Count; sample++) train[task.Train.Target(sample)]++;
        for (int sample = 0; sample < task.Test.Count; sample++) test[task.Test.Target(sample)]++;
        return new JsonArray([.. task.Outputs.Select(one => (JsonNode)new JsonObject { ["class"] = one, ["samples"] = train[one], ["held"] = test[one] })]).ToJsonString();
    }

    // Lessons with more than an equal share of the budget give up those whose content hash is highest, which is as good as by chance and the same on any day.
    private void GiveUp(VersionScores scores, int fresh, HashSet<int> own, int length)
    {
        long room = Math.Max(1, (long)settled.Options.Held.Budget * Mebibyte / (length * sizeof(float)));
        List<(int Lesson, (int Number, UInt128 Content)[] Kept)> all =
        [
            .. scores.Earlier.Select(one => (one.Number, Kept(one))),
            (fresh, Kept(scores.New!)),
        ];
        long share = ShareOf([.. all.Select(one => one.Kept.Length)], room);
        foreach (var (lesson, kept) in all.Where(one => one.Kept.Length > share))
        {
            int[] given = [.. kept.OrderBy(one => one.Content << 64).ThenBy(one => one.Number).Skip((int)share).Select(one => one.Number)];
            if (lesson == fresh) own.ExceptWith(given);
            else
            {
                writer.RemoveHeld(lesson, test: true, given);
                writer.Put(writer.Lessons().First(row => row.Number == lesson) with { Held = kept.Length - given.Length });
            }
        }
    }

    // Less may stay than before: what earlier lessons kept goes, too.
    private void GiveUpWhatMayNotStay()
    {
        if (settled.Options.Keep == Keep.Nothing) FeedbackKeeping.Remove(writer);
        foreach (LessonRow lesson in writer.Lessons())
        {
            bool train = lesson.Kept > 0 && settled.Options.Keep != Keep.Features, test = lesson.Held > 0 && settled.Options.Keep == Keep.Nothing;
            if (train) writer.RemoveHeld(lesson.Number, test: false);
            if (test) writer.RemoveHeld(lesson.Number, test: true);
            if (train || test) writer.Put(lesson with { Kept = train ? 0 : lesson.Kept, Held = test ? 0 : lesson.Held });
        }
    }

    private static (int, UInt128)[] Kept(VersionScores.OfLesson one) => [.. Enumerable.Range(0, one.Answers.Length).Where(sample => one.Answers[sample] >= 0).Select(sample => (sample, one.Contents[sample]))];

    // The largest share that no lesson exceeds and all together have room for.
    private static long ShareOf(int[] counts, long room)
    {
        long rest = room;
        int left = counts.Length;
        foreach (int count in counts.Order())
        {
            if (count * (long)left > rest) return Math.Max(1, rest / left);
            rest -= count;
            left--;
        }
        return int.MaxValue;
    }
}
