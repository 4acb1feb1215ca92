using Engram.Durable.Storage;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

/// <summary>What every home of a learner does.</summary>
public abstract class EngramStoreContract
{
    [Fact]
    public void A_new_store_is_empty()
    {
        using EngramStore store = Open();

        Assert.Equal((null, 0, 0, 0, 0, null, 0, 0), store.Read(reader => (reader.Learner(), reader.Classes().Count, reader.Lessons().Count, reader.Versions().Count, reader.Events().Count, reader.Unfinished(), reader.State(StateOwner.Unfinished, 0).Count, reader.NextClass())));
        Assert.Equal((0, 0), store.Read(reader => (reader.Keys().Count, reader.Feedback().Count)));
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void Every_kind_of_row_comes_back_as_it_was_put()
    {
        using EngramStore store = Open();
        LessonRow forgotten = Lesson(2, 1) with { Forgotten = Day.AddYears(1), Name = "", Source = "a'b\"c\n" };
        VersionRow removed = Version(2) with { Removed = Day, Promoted = null };

        store.Write(writer =>
        {
            writer.Put(Learner(2, 2, 2));
            writer.Put(Class(0));
            writer.Put(Class(1));
            writer.Put(Lesson(1));
            writer.Put(forgotten);
            writer.Put(Version(1, 3));
            writer.Put(removed);
            writer.Put(Matrix(1, 1));
            writer.Put(Matrix(2, 1));
            writer.Put(Matrix(2, 2));
            writer.Add(Held(1, test: true, 200));
            writer.Add(Held(1, test: false, 3));
            writer.Add(Day, "anna", "lab3", "learn", "{}");
            writer.Add(Day.AddHours(1), "ben", "lab4", "rollback", """{"to":1}""");
            writer.Put(Unfinished());
            writer.Put(Key("b") with { Revoked = Day.AddDays(2) });
            writer.Put(Key("a"));
            writer.Put(Feedback("p-2"));
            writer.Put(Feedback("p-1"));
            writer.PutState(StateOwner.Version, 1, State(1));
        });

        store.Read(reader =>
        {
            Assert.Equal(Learner(2, 2, 2, events: 2), reader.Learner());
            Assert.Equal([Class(0), Class(1)], reader.Classes());
            Assert.Equal([Lesson(1), forgotten], reader.Lessons());
            Assert.Equal([Version(1, 3) with { Header = "", Values = "" }, removed with { Header = "", Values = "" }], reader.Versions());
            Assert.Equal(removed, reader.Version(2));
            AssertMatrix([Matrix(2, 1), Matrix(2, 2)], reader.Matrix(2));
            AssertMatrix(new[] { Matrix(1, 1), Matrix(2, 1), Matrix(2, 2) }.Select(row => row with { Answers = [] }), reader.Matrix());
            AssertHeld(Held(1, test: true, 200), reader.Held(1, test: true));
            AssertHeld(Held(1, test: false, 3), reader.Held(1, test: false));
            Assert.Equal(Held(1, test: true, 200).Select(row => row.Content).ToHashSet(), reader.HeldContents());
            Assert.Equal([new(1, Day, "anna", "lab3", "learn", "{}"), new(2, Day.AddHours(1), "ben", "lab4", "rollback", """{"to":1}""")], reader.Events());
            Assert.Equal(Unfinished(), reader.Unfinished());
            Assert.Equivalent(new[] { Key("a"), Key("b") with { Revoked = Day.AddDays(2) } }, reader.Keys(), strict: true);
            Assert.Equivalent(new[] { Feedback("p-1"), Feedback("p-2") }, reader.Feedback(), strict: true);
            AssertState(State(1), reader.State(StateOwner.Version, 1));
            return true;
        });
    }

    [Fact]
    public void What_was_written_is_there_when_it_is_opened_again()
    {
        string digest;
        using (EngramStore store = Open())
        {
            Fill(store);
            digest = StoreDigest.Of(store);
        }

        using EngramStore again = Open(create: false);

        Assert.Equal(digest, StoreDigest.Of(again));
        Assert.Empty(again.Problems());
        Assert.True(again.Bytes > 4000, $"{again.Bytes} bytes");
    }

    [Fact]
    public void A_row_of_the_same_key_is_replaced()
    {
        using EngramStore store = Open();
        Fill(store, 2);

        store.Write(writer =>
        {
            writer.Put(Class(1) with { Name = "other" });
            writer.Put(Lesson(2, 5, 6) with { Name = "renamed" });
            writer.Put(Version(2) with { Verdict = "{}" });
            writer.Put(Matrix(2, 2) with { Right = 1, Answers = [] });
            writer.Put(Unfinished() with { Steps = 5 });
            writer.Put(Key() with { Name = "other" });
            writer.Put(Feedback() with { Label = "other" });
            writer.Put(Learner(1, 2, 2));
        });

        store.Read(reader =>
        {
            Assert.Equal([Class(0), Class(1) with { Name = "other" }], reader.Classes());
            Assert.Equal("renamed", reader.Lessons()[1].Name);
            Assert.Equal("{}", reader.Version(2).Verdict);
            Assert.Equal(1, reader.Matrix(2)[1].Right);
            Assert.Equal(5, reader.Unfinished()!.Steps);
            Assert.Equal("other", Assert.Single(reader.Keys()).Name);
            Assert.Equal("other", Assert.Single(reader.Feedback()).Label);
            Assert.Equal(Learner(1, 2, 2, events: 2), reader.Learner());
            return true;
        });
    }

    [Fact]
    public void Nothing_changes_where_the_writing_throws()
    {
        using EngramStore store = Open();
        Fill(store, 2);
        string before = StoreDigest.Of(store);

        Assert.Throws<TimeoutException>(() => store.Write(writer =>
        {
            Learn(writer, 3);
            writer.RemoveHeld(1, test: true);
            writer.Put((UnfinishedRow?)null);
            throw new TimeoutException();
        }));

        Assert.Equal(before, StoreDigest.Of(store));
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void A_writer_reads_what_it_has_changed_so_far()
    {
        using EngramStore store = Open();
        Fill(store, 1);

        store.Write(writer =>
        {
            Learn(writer, 2);
            writer.RemoveHeld(1, test: true, [0, 3]);

            Assert.Equal(2, writer.Lessons().Count);
            Assert.Equal([1, 2, 4], writer.Held(1, test: true).Select(row => row.Number));
            Assert.Equal(2, writer.Learner()!.Events);
        });

        Assert.Equal([1, 2, 4], store.Read(reader => reader.Held(1, test: true).Select(row => row.Number).ToArray()));
    }

    [Fact]
    public void A_reader_sees_one_moment_whatever_is_written_meanwhile_and_keeps_nobody_waiting()
    {
        using EngramStore store = Open();
        Fill(store, 2);
        string before = StoreDigest.Of(store);

        string seen = store.Read(reader =>
        {
            string first = StoreDigest.Of(reader);
            using EngramStore other = Open();
            other.Write(writer => Learn(writer, 3));
            other.Write(writer => writer.RemoveHeld(1, test: true));
            Assert.NotEqual(first, StoreDigest.Of(other));
            return StoreDigest.Of(reader) == first ? first : "changed";
        });

        Assert.Equal(before, seen);
        Assert.NotEqual(before, StoreDigest.Of(store));
    }

    [Fact]
    public void What_is_removed_is_gone_and_the_rest_is_not()
    {
        using EngramStore store = Open();
        Fill(store, 3);

        store.Write(writer =>
        {
            writer.RemoveHeld(1, test: true);
            writer.RemoveHeld(2, test: false, [1]);
            writer.RemoveMatrix(lesson: 1, version: null);
            writer.RemoveMatrix(lesson: null, version: 3);
            writer.RemoveMatrix(lesson: 7, version: 7);
            writer.Put((UnfinishedRow?)null);
            writer.PutState(StateOwner.Unfinished, 0, new Dictionary<string, byte[]>());
            writer.Put(Lesson(1, 0, 6));
            writer.Put(Lesson(2, 5, 5));
        });

        store.Read(reader =>
        {
            Assert.Empty(reader.Held(1, test: true));
            Assert.Equal(6, reader.Held(1, test: false).Count());
            Assert.Equal([0, 2, 3, 4, 5], reader.Held(2, test: false).Select(row => row.Number));
            Assert.Equal([(2, 2)], reader.Matrix().Select(row => (row.Version, row.Lesson)));
            Assert.Null(reader.Unfinished());
            Assert.Empty(reader.State(StateOwner.Unfinished, 0));
            return true;
        });
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void The_number_of_a_removed_class_is_not_used_again()
    {
        using EngramStore store = Open();
        Fill(store, 3);

        store.Write(writer => writer.RemoveClass(2));

        Assert.Equal([Class(0, 1), Class(1, 2)], store.Read(reader => reader.Classes()));
        Assert.Equal(3, store.Read(reader => reader.NextClass()));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => store.Write(writer => writer.Put(Class(2))));
        Assert.Equal("Class 2 was removed; its number is not used again. The next is 3.", error.Message);
    }

    [Fact]
    public void A_right_answer_is_removed_unless_another_has_replaced_it()
    {
        using EngramStore store = Open();
        Fill(store, 1);
        bool replaced = true, own = false;
        store.Write(writer => writer.Put(Feedback() with { Input = Bytes(11, 40) }));

        store.Write(writer => replaced = writer.Remove(Feedback()));
        Assert.Single(store.Read(reader => reader.Feedback()));
        store.Write(writer => own = writer.Remove(Feedback() with { Input = Bytes(11, 40) }));

        Assert.Equal((false, true), (replaced, own));
        Assert.Empty(store.Read(reader => reader.Feedback()));
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void Tables_of_an_older_Engram_are_read_as_they_are_and_get_what_is_missing_with_the_first_write()
    {
        using EngramStore store = Open();
        for (int lesson = 1; lesson <= 2; lesson++) store.Write(writer => Learn(writer, lesson));
        MakeOlder();

        using EngramStore older = Open(create: false);
        string before = StoreDigest.Of(older);
        Assert.Equal((2, 0, 0), older.Read(reader => (reader.Lessons().Count, reader.Keys().Count, reader.Feedback().Count)));
        Assert.Empty(older.Problems());
        Assert.True(older.Bytes > 4000);
        older.Compact();
        Assert.Throws<TimeoutException>(() => older.Write(_ => throw new TimeoutException()));
        Assert.Equal("1", Schema());
        Assert.Equal(before, StoreDigest.Of(older));
        older.Write(writer => writer.Put(Key("k")));

        Assert.Equal("2", Schema());
        Assert.Equal((2, 1, 0), older.Read(reader => (reader.Lessons().Count, reader.Keys().Count, reader.Feedback().Count)));
        older.Write(writer => Learn(writer, 3));
        Assert.Empty(older.Problems());
        using EngramStore again = Open(create: false);
        Assert.Equal(StoreDigest.Of(older), StoreDigest.Of(again));
    }

    [Fact]
    public void Events_are_numbered_and_counted_by_the_store()
    {
        using EngramStore store = Open();

        store.Write(writer => writer.Add(Day, "anna", "lab3", "learn", "{}"));
        store.Write(writer => writer.Put(Learner(events: 7)));
        store.Write(writer => writer.Add(Day, "anna", "lab3", "prune", "{}"));

        Assert.Equal([(1, "learn"), (2, "prune")], store.Read(reader => reader.Events().Select(row => (row.Number, row.What)).ToArray()));
        Assert.Equal(2, store.Read(reader => reader.Learner()!.Events));
    }

    [Fact]
    public void A_large_state_is_kept_in_chunks()
    {
        using EngramStore store = Open();
        ((SqlStore)store).ChunkBytes = 1000;
        Dictionary<string, byte[]> state = new() { ["large"] = Bytes(1, 5500), ["exact"] = Bytes(2, 2000), ["small"] = Bytes(3, 1), ["none"] = [] };

        store.Write(writer => writer.PutState(StateOwner.Version, 1, state));

        AssertState(state, store.Read(reader => reader.State(StateOwner.Version, 1)));
        Assert.Equal(6 + 2 + 1 + 1, Count("state"));
    }

    [Fact]
    public void Equal_content_is_stored_once_and_freed_when_nobody_has_it()
    {
        using EngramStore store = Open();
        Dictionary<string, byte[]> first = new() { ["a"] = Bytes(1, 900), ["b"] = Bytes(2, 900), ["c"] = Bytes(1, 900) };

        store.Write(writer => writer.PutState(StateOwner.Version, 1, first));
        Assert.Equal(2, Count("parts"));
        store.Write(writer => writer.PutState(StateOwner.Lesson, 1, new Dictionary<string, byte[]> { ["x"] = first["a"] }));
        Assert.Equal(2, Count("parts"));
        store.Write(writer => writer.PutState(StateOwner.Version, 1, new Dictionary<string, byte[]> { ["b"] = first["b"] }));
        Assert.Equal(2, Count("parts"));
        store.Write(writer => writer.PutState(StateOwner.Version, 1, new Dictionary<string, byte[]>()));
        Assert.Equal(1, Count("parts"));

        AssertState(new() { ["x"] = first["a"] }, store.Read(reader => reader.State(StateOwner.Lesson, 1)));
        store.Write(writer => writer.PutState(StateOwner.Lesson, 1, new Dictionary<string, byte[]>()));
        Assert.Equal((0, 0), (Count("parts"), Count("state")));
    }

    [Fact]
    public void The_second_writer_is_told_who_writes_since_when_and_what_for()
    {
        using EngramStore store = Open();
        Fill(store, 1);
        using (store.HoldForWriting("learn photos/2026-11"))
        {
            using EngramStore other = Open();
            EngramException error = Assert.Throws<EngramException>(() => Task.Run(() => other.HoldForWriting("prune")).GetAwaiter().GetResult());

            Assert.Equal((ErrorKind.Input, "being-written"), (error.Kind, error.Code));
            Assert.Matches($@"^'.+' is being written: process {Environment.ProcessId} on {Environment.MachineName} works there since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(learn photos/2026-11\)\. Wait for it or end it\.$", error.Message);
            Assert.Single(other.Read(reader => reader.Lessons()));
            store.Write(writer => Learn(writer, 2));
        }

        store.HoldForWriting("prune").Dispose();
        Assert.Equal(2, store.Read(reader => reader.Lessons().Count));
    }

    [Theory]
    [InlineData("UPDATE lessons SET samples = samples + 1 WHERE number = 2", "a row of 'lessons' (number 2) does not match its checksum")]
    [InlineData("UPDATE lessons SET forgotten = '' WHERE number = 2", "a row of 'lessons' (number 2) does not match its checksum")]
    [InlineData("UPDATE classes SET name = 'cat' WHERE number = 0", "a row of 'classes' (number 0) does not match its checksum")]
    [InlineData("UPDATE versions SET number = 9 WHERE number = 1", "a row of 'versions' (number 9) does not match its checksum")]
    [InlineData("UPDATE versions SET data = '' WHERE number = 1", "a row of 'versions' (number 1) does not match its checksum")]
    [InlineData("UPDATE held SET class = 7 WHERE lesson = 2 AND test = 1 AND number = 4", "a row of 'held' (lesson 2, test 1, number 4) does not match its checksum")]
    [InlineData("UPDATE held SET input = NULL WHERE lesson = 2 AND test = 0 AND number = 4", "a row of 'held' (lesson 2, test 0, number 4) does not match its checksum")]
    [InlineData("UPDATE parts SET bytes = sha256 WHERE part = 1", "a row of 'parts' (part 1) does not match its checksum")]
    [InlineData("UPDATE learner SET current = 1", "a row of 'learner' does not match its checksum")]
    [InlineData("UPDATE counts SET present = '{}'", "a row of 'counts' does not match its checksum")]
    [InlineData("DELETE FROM counts", "1 rows of the learner are there and 0 were written")]
    [InlineData("DELETE FROM learner", "0 rows of the learner are there and 1 were written")]
    [InlineData("DELETE FROM classes WHERE number = 3", "3 classes are there and 4 were written")]
    [InlineData("DELETE FROM lessons WHERE number = 4", "3 lessons are there and 4 were written")]
    [InlineData("DELETE FROM versions WHERE number = 4", "3 versions are there and 4 were written")]
    [InlineData("DELETE FROM events WHERE number = 4", "3 events are there and 4 were written")]
    [InlineData("DELETE FROM unfinished", "0 unfinished lessons are there and 1 were written")]
    [InlineData("UPDATE keys SET role = 'admin'", "a row of 'keys' (id 0a1b2c3d) does not match its checksum")]
    [InlineData("UPDATE keys SET digest = salt", "a row of 'keys' (id 0a1b2c3d) does not match its checksum")]
    [InlineData("UPDATE feedback SET label = 'b'", "a row of 'feedback' (prediction p-1) does not match its checksum")]
    [InlineData("UPDATE feedback SET input = sha256", "a row of 'feedback' (prediction p-1) does not match its checksum")]
    [InlineData("DELETE FROM keys", "0 access keys are there and 1 were written")]
    [InlineData("DELETE FROM feedback", "0 right answers are there and 1 were written")]
    [InlineData("DELETE FROM matrix WHERE version = 4 AND lesson = 4", "9 rows of the matrix are there and 10 were written")]
    [InlineData("DELETE FROM held WHERE lesson = 2 AND test = 1 AND number = 4", "4 kept samples of lesson 2 are there and 5 were written")]
    [InlineData("DELETE FROM state WHERE owner = 'version' AND number = 2 AND name = 'mean'", "2 chunks of the state of version 2 are there and 3 were written")]
    [InlineData("DELETE FROM parts WHERE part = 1", "part 1 of a state is missing")]
    public void A_damaged_or_vanished_row_is_refused(string damage, string said)
    {
        using EngramStore store = Open();
        Fill(store);

        Execute(damage);

        EngramException error = Assert.Throws<EngramException>(() => StoreDigest.Of(store));
        Assert.Equal((ErrorKind.Failure, "damaged-engram"), (error.Kind, error.Code));
        Assert.Contains($"is damaged: {said}", error.Message);
        Assert.Contains(store.Problems(), line => line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Counts_that_differ_from_the_rows_are_a_problem()
    {
        using EngramStore store = Open();
        Fill(store, 2);

        store.Write(writer =>
        {
            writer.Put(Lesson(1, 4, 9));
            writer.Put(Version(2, 7));
            writer.Put(Learner(2, 5, 6));
        });

        Assert.Equal(["7 names in the state of version 2 are said to be there; 3 are.", "5 lessons are said to be there; 2 are.", "6 versions are said to be there; 2 are.", "4 held-out samples of lesson 1 are said to be there; 5 are.", "9 learned samples of lesson 1 are said to be there; 6 are."], store.Problems());
    }

    [Fact]
    public void Content_of_a_damaged_part_is_stored_anew()
    {
        using EngramStore store = Open();
        Fill(store, 1);
        Execute("UPDATE parts SET bytes = sha256");

        store.Write(writer => writer.PutState(StateOwner.Version, 2, State(1)));

        AssertState(State(1), store.Read(reader => reader.State(StateOwner.Version, 2)));
    }

    [Fact]
    public void Samples_are_read_only_within_a_read()
    {
        using EngramStore store = Open();
        Fill(store, 1);

        IEnumerable<HeldRow> late = store.Read(reader => reader.Held(1, test: true));

        Assert.Contains("within Read or Write", Assert.Throws<InvalidOperationException>(() => late.Count()).Message);
    }

    [Fact]
    public void Text_that_a_database_would_change_is_refused()
    {
        using EngramStore store = Open();

        foreach (string name in (string[])["a\0b", "a\ud800b", "\udc00", "\ud800"])
            Assert.Equal("invalid-text", Assert.Throws<EngramException>(() => store.Write(writer => writer.Put(Class(0) with { Name = name }))).Code);
    }

    [Fact]
    public void A_sample_cannot_be_added_twice()
    {
        using EngramStore store = Open();
        Fill(store, 1);
        string before = StoreDigest.Of(store);

        EngramException error = Assert.Throws<EngramException>(() => store.Write(writer => writer.Add(Held(1, test: true, 1))));

        Assert.Equal("already-there", error.Code);
        Assert.Equal(before, StoreDigest.Of(store));
    }

    [Fact]
    public void An_unknown_version_is_said_with_those_that_are_there()
    {
        using EngramStore store = Open();
        Fill(store, 3);

        EngramException error = Assert.Throws<EngramException>(() => store.Read(reader => reader.Version(4)));

        Assert.Equal("unknown-version", error.Code);
        Assert.StartsWith("There is no version 4; the versions are 1 to 3.", error.Message);
    }

    [Fact]
    public void The_columns_of_the_inputs_can_be_seen_in_a_view()
    {
        using EngramStore store = Open();
        Fill(store, 1);

        Assert.Equal(["temperature", "größe \"x\""], Texts("SELECT name FROM columns ORDER BY place"));
        Assert.Contains("20.5", Texts("SELECT detail FROM columns WHERE name = 'temperature'").Single());
    }

    [Fact]
    public void Compacting_changes_nothing_that_can_be_read()
    {
        using EngramStore store = Open();
        Fill(store);
        string before = StoreDigest.Of(store);

        store.Compact();

        Assert.Equal(before, StoreDigest.Of(store));
        Assert.Empty(store.Problems());
    }

    protected static void AssertState(Dictionary<string, byte[]> expected, IReadOnlyDictionary<string, byte[]> state)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), state.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, byte[] bytes) in expected) Assert.Equal(bytes, state[name]);
    }

    private protected abstract EngramStore Open(bool create = true);

    /// <summary>Changes the database beside the store.</summary>
    protected abstract void Execute(string sql);

    protected abstract string[] Texts(string sql);

    /// <summary>Takes away the tables that came with the second version, which are empty: what is left is as the first one was made.</summary>
    protected abstract void MakeOlder();

    /// <summary>Version of the tables.</summary>
    protected abstract string Schema();

    private int Count(string table) => int.Parse(Texts($"SELECT CAST(count(*) AS TEXT) FROM {table}").Single());

    private static void AssertMatrix(IEnumerable<MatrixRow> expected, IEnumerable<MatrixRow> rows) => Assert.Equal(expected.Select(Plain), rows.Select(Plain));

    private static void AssertHeld(IEnumerable<HeldRow> expected, IEnumerable<HeldRow> rows) => Assert.Equal(expected.Select(Plain), rows.Select(Plain));

    // Records compare arrays by reference.
    private static (int, int, int, int, string) Plain(MatrixRow row) => (row.Version, row.Lesson, row.Samples, row.Right, string.Join(' ', row.Answers));

    private static (int, bool, int, int, UInt128, string) Plain(HeldRow row) => (row.Lesson, row.IsTest, row.Number, row.Class, row.Content, Convert.ToHexString(row.Input));
}
