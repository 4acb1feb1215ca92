using System.Buffers.Binary;
using System.Security.Cryptography;
using static Engram.Durable.Storage.StoreTables;

namespace Engram.Durable.Storage;

/// <summary>Rows of one learner in one transaction. Here is what writes.</summary>
internal sealed partial class SqlRows
{
    private int countsSaved;
    private long lastPart = -1;

    public override void Put(LearnerRow learner) => PutRow(StoreTables.Learner, LearnerKind,
        [session.Name, learner.Engram, Utc(learner.Created), learner.Config, learner.Inputs, learner.Options, (long)learner.Current, (long)learner.Lessons, (long)learner.Versions, (long)Present[EventsKind]]);

    public override void Put(ClassRow one)
    {
        if (session.Rows(StoreTables.Classes, whole: true, StoreTables.Classes.KeyIs, 0, (long)one.Number) is [{ } former] && Int(former[3]) != 0)
            throw new InvalidOperationException($"Class {one.Number} was removed; its number is not used again. The next is {NextClass()}.");
        PutRow(StoreTables.Classes, ClassesKind, [(long)one.Number, one.Name, (long)one.Lesson, 0L]);
    }

    public override void Put(LessonRow lesson) => PutRow(StoreTables.Lessons, LessonsKind,
    [
        (long)lesson.Number, lesson.Name, Utc(lesson.Learned), lesson.Source, (long)lesson.Samples, (long)lesson.Tested, (long)lesson.Held, (long)lesson.Kept,
        lesson.Digest, lesson.Classes, UtcOrNull(lesson.Forgotten),
    ]);

    public override void Put(VersionRow version) => PutRow(StoreTables.Versions, VersionsKind,
    [
        (long)version.Number, (long)version.Parent, (long)version.Lesson, Utc(version.Created), UtcOrNull(version.Promoted), version.Verdict, version.Metrics,
        (long)version.State, UtcOrNull(version.Removed), version.Header, version.Values,
    ]);

    public override void Put(MatrixRow row) => PutRow(StoreTables.Matrix, RowCounts.MatrixKind(row.Version), [(long)row.Version, (long)row.Lesson, (long)row.Samples, (long)row.Right, AnswerBytes.From(row.Answers)]);

    public override void Add(IEnumerable<HeldRow> samples)
    {
        foreach (HeldRow[] some in samples.Chunk(Batch))
        {
            session.ExecuteEach(StoreTables.Held.Insert(), some.Select(sample => StoreTables.Held.Stored(session.Learner, Values(sample))));
            foreach (HeldRow sample in some) Present.Add(RowCounts.HeldKind(sample.Lesson, sample.IsTest), 1);
        }
    }

    public override void Add(DateTimeOffset when, string who, string from, string what, string detail)
    {
        AddRow(StoreTables.Events, EventsKind, [Present[EventsKind] + 1L, Utc(when), who, from, what, detail]);
        if (Learner() is { } learner) Put(learner);
    }

    public override void Put(UnfinishedRow? unfinished)
    {
        if (unfinished is null) Present.Add(UnfinishedKind, -session.Execute(StoreTables.Unfinished.Delete("1 = 1"), session.Learner));
        else PutRow(StoreTables.Unfinished, UnfinishedKind,
            [(long)unfinished.Parent, unfinished.Digest, unfinished.Name, Utc(unfinished.Saved), unfinished.Steps, (long)unfinished.State, unfinished.Header, unfinished.Values]);
    }

    public override void Put(KeyRow key) => PutRow(StoreTables.Keys, KeysKind, [key.Id, key.Name, key.Role, Utc(key.Created), UtcOrNull(key.Revoked), key.Salt, key.Digest]);

    public override void Put(FeedbackRow feedback) =>
        PutRow(StoreTables.Feedback, FeedbackKind, [feedback.Prediction, feedback.Label, feedback.Given, (long)feedback.Version, Utc(feedback.Received), feedback.Input]);

    public override bool Remove(FeedbackRow feedback)
    {
        int removed = session.Execute(StoreTables.Feedback.Delete("prediction = @p1 AND label = @p2 AND given = @p3 AND version = @p4 AND received = @p5 AND sha256 = @p6"),
            session.Learner, feedback.Prediction, feedback.Label, feedback.Given, (long)feedback.Version, Utc(feedback.Received), SHA256.HashData(feedback.Input));
        Present.Add(FeedbackKind, -removed);
        return removed > 0;
    }

    public override void PutState(StateOwner owner, int number, IReadOnlyDictionary<string, byte[]> state)
    {
        string kind = RowCounts.StateKind(NameOf(owner), number);
        List<long> former = [.. Chunks(owner, number).Select(row => Long(row[4])).Distinct()];
        Present.Add(kind, -session.Execute(StoreTables.State.Delete("owner = @p1 AND number = @p2"), session.Learner, NameOf(owner), (long)number));
        foreach ((string name, byte[] bytes) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            for (int chunk = 0, at = 0; chunk == 0 || at < bytes.Length; chunk++, at += session.ChunkBytes)
                AddRow(StoreTables.State, kind, [NameOf(owner), (long)number, name, (long)chunk, PartOf(bytes.AsSpan(at, Math.Min(session.ChunkBytes, bytes.Length - at)))]);
        foreach (long part in former) RemoveUnlessUsed(part);
    }

    public override void RemoveHeld(int lesson, bool test, IReadOnlyCollection<int>? numbers = null)
    {
        const string OfLesson = "lesson = @p1 AND test = @p2";
        string kind = RowCounts.HeldKind(lesson, test);
        if (numbers is null) Present.Add(kind, -session.Execute(StoreTables.Held.Delete(OfLesson), session.Learner, (long)lesson, test ? 1L : 0L));
        else
            foreach (int number in numbers)
                Present.Add(kind, -session.Execute(StoreTables.Held.Delete(OfLesson + " AND number = @p3"), session.Learner, (long)lesson, test ? 1L : 0L, (long)number));
    }

    // A row without a name stays in its place, so that the number is not given again.
    public override void RemoveClass(int number)
    {
        if (session.Rows(StoreTables.Classes, whole: true, StoreTables.Classes.KeyIs, 0, (long)number) is [{ } row]) PutRow(StoreTables.Classes, ClassesKind, [row[0], "", row[2], 1L]);
    }

    public override void RemoveMatrix(int? lesson, int? version)
    {
        List<object?[]> rows = session.Rows(StoreTables.Matrix, whole: false);
        foreach (object?[] row in rows.Where(row => (lesson is null || Int(row[1]) == lesson) && (version is null || Int(row[0]) == version)))
            Present.Add(RowCounts.MatrixKind(Int(row[0])), -session.Execute(StoreTables.Matrix.Delete(StoreTables.Matrix.KeyIs), session.Learner, row[0], row[1]));
    }

    /// <summary>Writes the counts where they changed; the last thing before a commit.</summary>
    internal void SaveCounts()
    {
        if (Present.Changes == countsSaved) return;
        session.Execute(Counts.Put(), Counts.Stored(session.Learner, [Present.ToJson()]));
        countsSaved = Present.Changes;
    }

    private static object?[] Values(HeldRow sample)
    {
        byte[] content = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(content, sample.Content);
        return [(long)sample.Lesson, sample.IsTest ? 1L : 0L, (long)sample.Number, (long)sample.Class, content, sample.Input];
    }

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("O");

    private static string? UtcOrNull(DateTimeOffset? time) => time is { } there ? Utc(there) : null;

    private void PutRow(SqlTable table, string kind, object?[] values)
    {
        bool isThere = session.Query($"SELECT 1 FROM {table.Name} WHERE learner = @p0 AND {table.KeyIs}", [session.Learner, .. values[..table.Keys.Length]]).Count > 0;
        session.Execute(table.Put(), table.Stored(session.Learner, values));
        Present.Add(kind, isThere ? 0 : 1);
    }

    private void AddRow(SqlTable table, string kind, object?[] values)
    {
        session.Execute(table.Insert(), table.Stored(session.Learner, values));
        Present.Add(kind, 1);
    }

    // The part that has this content; what is stored is compared, so that a damaged part is not taken for it.
    private long PartOf(ReadOnlySpan<byte> content)
    {
        byte[] digest = SHA256.HashData(content);
        foreach (object?[] same in session.Query("SELECT part, bytes FROM parts WHERE learner = @p0 AND sha256 = @p1", session.Learner, digest))
            if (content.SequenceEqual(Bytes(same[1]))) return Long(same[0]);
        if (lastPart < 0) lastPart = session.Query("SELECT max(part) FROM parts WHERE learner = @p0", session.Learner) is [[long most]] ? most : 0;
        AddRow(Parts, PartsKind, [++lastPart, content.ToArray()]);
        return lastPart;
    }

    private void RemoveUnlessUsed(long part)
    {
        if (session.Query("SELECT 1 FROM state WHERE learner = @p0 AND part = @p1 LIMIT 1", session.Learner, part).Count > 0) return;
        Present.Add(PartsKind, -session.Execute(Parts.Delete(Parts.KeyIs), session.Learner, part));
    }
}
