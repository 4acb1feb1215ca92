using Engram.Durable.Storage;

namespace Engram.Tests.Durable.Storage;

/// <summary>Rows as a learner of some lessons has them, small and always the same.</summary>
internal static class SampleRows
{
    public static readonly DateTimeOffset Day = new(2026, 10, 1, 8, 30, 0, 123, TimeSpan.FromHours(2));

    public const string Inputs = """{"form":{"columns":[{"name":"temperature","kind":"number","mean":20.5},{"name":"größe \"x\"","kind":"category"}]}}""";

    public static LearnerRow Learner(int current = 0, int lessons = 0, int versions = 0, int events = 0) =>
        new("0.1.0", Day, """{"method":"m","seed":7}""", Inputs, """{"keep":"features"}""", current, lessons, versions, events);

    public static ClassRow Class(int number, int lesson = 1) => new(number, $"class {number} – ☂", lesson);

    public static LessonRow Lesson(int number, int held = 0, int kept = 0) =>
        new(number, $"lesson-{number}", Day.AddDays(number), $"photos/{number}", 100, 25, held, kept, new string((char)('a' + number % 6), 64), """{"0":[50,12]}""", null);

    public static VersionRow Version(int number, int states = 0) =>
        new(number, number - 1, number, Day.AddDays(number), number % 3 == 0 ? null : Day.AddDays(number).AddSeconds(1), """{"verdict":"passed"}""", """{"seconds":1.5}""", """{"header":1}""", """{"values":2}""", states, null);

    public static MatrixRow Matrix(int version, int lesson) => new(version, lesson, 5, 3, [0, 1, -1, int.MaxValue, version]);

    public static UnfinishedRow Unfinished(int states = 0) => new(2, new('f', 64), "november", Day.AddDays(9), 1_234_567_890_123, """{"h":1}""", """{"v":2}""", states);

    public static KeyRow Key(string id = "0a1b2c3d") => new(id, $"key {id} – ☂", "learn", Day, null, Bytes(8, 16), Bytes(9, 32));

    public static FeedbackRow Feedback(string prediction = "p-1") => new(prediction, "class 1 – ☂", "b", 2, Day.AddMinutes(5), Bytes(prediction.Length, 40));

    public static IEnumerable<HeldRow> Held(int lesson, bool test, int count, int bytes = 64) =>
        Enumerable.Range(0, count).Select(i => new HeldRow(lesson, test, i, i % 3, (UInt128)(lesson * 1000 + i) << 64 | (test ? 1u : 0u), Bytes((lesson * 100) + i + (test ? 50 : 0), bytes)));

    public static Dictionary<string, byte[]> State(int seed, int bytes = 300) => new() { ["mean"] = Bytes(seed, bytes), ["sum/" + seed] = Bytes(seed + 1, bytes * 2), ["shared"] = Bytes(-1, bytes) };

    public static byte[] Bytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Learns a lesson with all that belongs to it, in one transaction.</summary>
    public static void Learn(StoreWriter writer, int lesson, int held = 5)
    {
        writer.Put(Class(lesson - 1, lesson));
        writer.Put(Lesson(lesson, held, held + 1));
        writer.Put(Version(lesson, 3));
        for (int earlier = 1; earlier <= lesson; earlier++) writer.Put(Matrix(lesson, earlier));
        writer.Add(Held(lesson, test: true, held));
        writer.Add(Held(lesson, test: false, held + 1));
        writer.PutState(StateOwner.Version, lesson, State(lesson));
        writer.PutState(StateOwner.Lesson, lesson, new Dictionary<string, byte[]> { ["own"] = Bytes(lesson, 200) });
        writer.Add(Day.AddDays(lesson), "anna", "lab3", "learn", $$"""{"lesson":{{lesson}}}""");
        writer.Put(Learner(lesson, lesson, lesson, 99));
    }

    /// <summary>Learns some lessons; the next one has begun.</summary>
    public static void Fill(EngramStore store, int lessons = 4)
    {
        for (int lesson = 1; lesson <= lessons; lesson++) store.Write(writer => Learn(writer, lesson));
        store.Write(writer =>
        {
            writer.Put(Unfinished(2));
            writer.Put(Key());
            writer.Put(Feedback());
            writer.PutState(StateOwner.Unfinished, 0, new Dictionary<string, byte[]> { ["w"] = Bytes(77, 500), ["empty"] = [] });
        });
    }
}
