using System.Buffers.Binary;
using System.Globalization;
using static Engram.Durable.Storage.StoreTables;

namespace Engram.Durable.Storage;

/// <summary>Rows of one learner in one transaction. Here is what reads.</summary>
internal sealed partial class SqlRows(SqlSession session) : StoreWriter
{
    private const string ClassesKind = "classes", LessonsKind = "lessons", VersionsKind = "versions", EventsKind = "events", LearnerKind = "learner", UnfinishedKind = "unfinished", PartsKind = "parts", KeysKind = "keys", FeedbackKind = "feedback";
    private const int Batch = 64;

    private RowCounts? counts;

    /// <summary>How many rows there are.</summary>
    internal RowCounts Present => counts ??= RowCounts.From((string?)session.Rows(Counts, whole: true).FirstOrDefault()?[0]);

    /// <summary>How many names a state has.</summary>
    internal int Names(StateOwner owner, int number) => Chunks(owner, number).DistinctBy(row => Text(row[2])).Count();

    public override LearnerRow? Learner()
    {
        if (Counted(session.Rows(StoreTables.Learner, whole: true), LearnerKind, "rows of the learner") is not [{ } row]) return null;
        if (Text(row[0]) != session.Name) throw session.Damaged($"it is of the learner '{Quote.Of(Text(row[0]))}'");
        return new(Text(row[1]), Time(row[2]), Text(row[3]), Text(row[4]), Text(row[5]), Int(row[6]), Int(row[7]), Int(row[8]), Int(row[9]));
    }

    public override IReadOnlyList<ClassRow> Classes() =>
        [.. Counted(session.Rows(StoreTables.Classes, whole: true), ClassesKind, "classes").Where(row => Int(row[3]) == 0).Select(row => new ClassRow(Int(row[0]), Text(row[1]), Int(row[2])))];

    public override int NextClass() => Counted(session.Rows(StoreTables.Classes, whole: true), ClassesKind, "classes") is [.., { } last] ? Int(last[0]) + 1 : 0;

    public override IReadOnlyList<LessonRow> Lessons() =>
        [.. Counted(session.Rows(StoreTables.Lessons, whole: true), LessonsKind, "lessons").Select(row => new LessonRow(Int(row[0]), Text(row[1]), Time(row[2]), Text(row[3]), Int(row[4]), Int(row[5]), Int(row[6]), Int(row[7]), Text(row[8]), Text(row[9]), TimeOrNull(row[10])))];

    public override IReadOnlyList<VersionRow> Versions() => [.. Counted(session.Rows(StoreTables.Versions, whole: false), VersionsKind, "versions").Select(AsVersion)];

    public override VersionRow Version(int number)
    {
        if (session.Rows(StoreTables.Versions, whole: true, StoreTables.Versions.KeyIs, 0, (long)number) is [{ } row]) return AsVersion(row);
        IReadOnlyList<VersionRow> there = Versions();
        throw EngramException.Input("unknown-version", $"There is no version {number}; {(there.Count == 0 ? "nothing was learned yet" : $"the versions are {there[0].Number} to {there[^1].Number}")}. See them with engram history.");
    }

    public override IReadOnlyList<MatrixRow> Matrix(int version) =>
        [.. Counted(session.Rows(StoreTables.Matrix, whole: true, "version = @p1", 0, (long)version), RowCounts.MatrixKind(version), $"rows of the matrix for version {version}").Select(AsMatrix)];

    public override MatrixRow? Matrix(int version, int lesson) =>
        session.Rows(StoreTables.Matrix, whole: true, StoreTables.Matrix.KeyIs, 0, (long)version, (long)lesson) is [{ } row] ? AsMatrix(row) : null;

    public override IReadOnlyList<MatrixRow> Matrix()
    {
        List<object?[]> rows = session.Rows(StoreTables.Matrix, whole: false);
        RefuseMissing(rows.Count, Present.Total("matrix "), "rows of the matrix");
        return [.. rows.Select(AsMatrix)];
    }

    public override IReadOnlyDictionary<string, byte[]> State(StateOwner owner, int number)
    {
        List<object?[]> chunks = Chunks(owner, number);
        Dictionary<string, byte[]> state = new(StringComparer.Ordinal);
        foreach (IGrouping<string, object?[]> named in chunks.GroupBy(row => Text(row[2]), StringComparer.Ordinal))
        {
            List<byte[]> parts = [.. named.Select(row => Part(row[4]))];
            state[named.Key] = parts.Count == 1 ? parts[0] : Joined(parts);
        }
        return state;
    }

    public override IEnumerable<HeldRow> Held(int lesson, bool test) =>
        HeldRows(lesson, test, whole: true).Select(row => new HeldRow(lesson, test, Int(row[2]), Int(row[3]), Content(row), Bytes(row[5])));

    public override IReadOnlySet<UInt128> HeldContents() => Present.Kinds.Select(kind => kind.Split(' ')).Where(kind => kind is ["held", _, "test"])
        .SelectMany(kind => HeldRows(int.Parse(kind[1], CultureInfo.InvariantCulture), test: true, whole: false)).Select(Content).ToHashSet();

    public override IReadOnlyList<EventRow> Events() =>
        [.. Counted(session.Rows(StoreTables.Events, whole: true), EventsKind, "events").Select(row => new EventRow(Int(row[0]), Time(row[1]), Text(row[2]), Text(row[3]), Text(row[4]), Text(row[5])))];

    public override UnfinishedRow? Unfinished() => Counted(session.Rows(StoreTables.Unfinished, whole: true), UnfinishedKind, "unfinished lessons") is [{ } row]
        ? new(Int(row[0]), Text(row[1]), Text(row[2]), Time(row[3]), Long(row[4]), Text(row[6]), Text(row[7]), Int(row[5]))
        : null;

    public override IReadOnlyList<KeyRow> Keys() =>
        [.. Counted(session.Rows(StoreTables.Keys, whole: true), KeysKind, "access keys").Select(row => new KeyRow(Text(row[0]), Text(row[1]), Text(row[2]), Time(row[3]), TimeOrNull(row[4]), Bytes(row[5]), Bytes(row[6])))];

    public override IReadOnlyList<FeedbackRow> Feedback() =>
        [.. Counted(session.Rows(StoreTables.Feedback, whole: true), FeedbackKind, "right answers").Select(row => new FeedbackRow(Text(row[0]), Text(row[1]), Text(row[2]), Int(row[3]), Time(row[4]), Bytes(row[5])))];

    public override int FeedbackCount() => Present[FeedbackKind];

    private static VersionRow AsVersion(object?[] row) =>
        new(Int(row[0]), Int(row[1]), Int(row[2]), Time(row[3]), TimeOrNull(row[4]), Text(row[5]), Text(row[6]), row.Length > 9 ? Text(row[9]) : "", row.Length > 9 ? Text(row[10]) : "", Int(row[7]), TimeOrNull(row[8]));

    private static MatrixRow AsMatrix(object?[] row) => new(Int(row[0]), Int(row[1]), Int(row[2]), Int(row[3]), row.Length > 4 ? AnswerBytes.ToAnswers(Bytes(row[4])) : []);

    private static UInt128 Content(object?[] held) => BinaryPrimitives.ReadUInt128BigEndian(Bytes(held[4]));

    private static int Int(object? value) => checked((int)Long(value));

    private static long Long(object? value) => value is long number ? number : throw new InvalidCastException("A number was stored, and none is there.");

    private static string Text(object? value) => value as string ?? throw new InvalidCastException("A text was stored, and none is there.");

    private static byte[] Bytes(object? value) => value as byte[] ?? throw new InvalidCastException("Bytes were stored, and none are there.");

    private static DateTimeOffset Time(object? value) => DateTimeOffset.ParseExact(Text(value), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static DateTimeOffset? TimeOrNull(object? value) => value is null ? null : Time(value);

    private static byte[] Joined(List<byte[]> parts)
    {
        byte[] whole = new byte[parts.Sum(part => (long)part.Length)];
        int at = 0;
        foreach (byte[] part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }
        return whole;
    }

    private static string NameOf(StateOwner owner) => owner switch
    {
        StateOwner.Version => "version",
        StateOwner.Lesson => "lesson",
        StateOwner.Unfinished => "unfinished",
        _ => throw new ArgumentOutOfRangeException(nameof(owner), owner, "Not an owner of state."),
    };

    private List<object?[]> Chunks(StateOwner owner, int number) =>
        Counted(session.Rows(StoreTables.State, whole: true, "owner = @p1 AND number = @p2", 0, NameOf(owner), (long)number), RowCounts.StateKind(NameOf(owner), number), $"chunks of the state of {NameOf(owner)} {number}");

    private byte[] Part(object? part) =>
        session.Rows(Parts, whole: true, Parts.KeyIs, 0, part) is [{ } row] ? Bytes(row[1]) : throw session.Damaged($"part {part} of a state is missing");

    // Some at a time, so that memory stays flat and other rows can be read meanwhile.
    private IEnumerable<object?[]> HeldRows(int lesson, bool test, bool whole)
    {
        int before = Present.Changes, seen = 0;
        for (long next = 0; ;)
        {
            List<object?[]> rows = session.Rows(StoreTables.Held, whole, "lesson = @p1 AND test = @p2 AND number >= @p3", Batch, (long)lesson, test ? 1L : 0L, next);
            foreach (object?[] row in rows) yield return row;
            seen += rows.Count;
            if (rows.Count < Batch) break;
            next = Long(rows[^1][2]) + 1;
        }
        if (before == Present.Changes) RefuseMissing(seen, Present[RowCounts.HeldKind(lesson, test)], $"kept samples of lesson {lesson}");
    }

    private List<object?[]> Counted(List<object?[]> rows, string kind, string what)
    {
        RefuseMissing(rows.Count, Present[kind], what);
        return rows;
    }

    private void RefuseMissing(int found, int expected, string what)
    {
        if (found != expected) throw session.Damaged($"{found} {what} are there and {expected} were written");
    }
}
