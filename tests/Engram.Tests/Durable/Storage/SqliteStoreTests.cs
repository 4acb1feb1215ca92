using System.Diagnostics;
using System.Text;
using Engram.Durable.Storage;
using Engram.Tests.Datasets;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

public sealed class SqliteStoreTests : EngramStoreContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Place => folder["line 3 #ä%.engram"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_nobody_writes_is_one_file()
    {
        using EngramStore store = Open();
        Fill(store, 2);
        StoreDigest.Of(store);

        Assert.Equal([Place], Directory.GetFiles(folder.Path));
        Assert.Equal(("1162757970", "2", "wal"), (SqliteFile.Texts(Place, "PRAGMA application_id")[0], SqliteFile.Texts(Place, "PRAGMA user_version")[0], SqliteFile.Texts(Place, "PRAGMA journal_mode")[0]));
        Assert.Equal("ENGR", Encoding.ASCII.GetString(File.ReadAllBytes(Place), 68, 4));
    }

    [Fact]
    public void A_file_is_made_by_the_first_write_and_not_by_one_that_throws()
    {
        using EngramStore store = Open();
        Assert.Empty(Directory.GetFiles(folder.Path));

        Assert.Throws<TimeoutException>(() => store.Write(_ => throw new TimeoutException()));
        Assert.Empty(Directory.GetFiles(folder.Path));

        store.Compact();
        Assert.Equal(0, store.Bytes);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Fill(store, 1);
        Assert.Throws<TimeoutException>(() => store.Write(_ => throw new TimeoutException()));
        Assert.Single(store.Read(reader => reader.Lessons()));
    }

    [Fact]
    public void A_missing_file_is_named_with_the_command_that_makes_it()
    {
        EngramException error = Assert.Throws<EngramException>(() => Open(create: false));

        Assert.Equal((ErrorKind.Input, "no-engram"), (error.Kind, error.Code));
        Assert.Equal($"'{Place}' is not there. Make it with engram learn '{Place}' DATA, or check the path.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRAGMA journal_mode = WAL")]
    public void What_a_stop_left_before_anything_was_written_is_empty_and_can_be_filled(string sql)
    {
        if (sql.Length == 0) File.WriteAllBytes(Place, []);
        else SqliteFile.Execute(Place, sql);

        EngramException error = Assert.Throws<EngramException>(() => Open(create: false));
        Assert.Equal("no-engram", error.Code);
        Assert.StartsWith($"'{Place}' is empty: nothing was learned into it.", error.Message);
        using EngramStore store = Open();
        Assert.Null(store.Read(reader => reader.Learner()));
        Fill(store, 1);
        Assert.Single(store.Read(reader => reader.Lessons()));
    }

    [Fact]
    public void What_is_no_engram_is_said_to_be_none()
    {
        Refuse("is a folder; an engram is a file.", () => Directory.CreateDirectory(Place));
        Directory.Delete(Place);
        Refuse("is no engram: it does not begin as a SQLite database does.", () => File.WriteAllText(Place, "label,a,b\n"));
        File.Delete(Place);
        Refuse("is a SQLite database of another program (application id 0, expected 1162757970).", () => SqliteFile.Execute(Place, "CREATE TABLE notes (text)"));
        File.Delete(Place);
        Refuse("is a SQLite database of another program (application id 252006673, expected 1162757970).", () => SqliteFile.Execute(Place, "PRAGMA application_id = 252006673"));

        void Refuse(string why, Action make)
        {
            make();
            foreach (bool create in (bool[])[true, false])
            {
                EngramException error = Assert.Throws<EngramException>(() => Open(create));
                Assert.Equal((ErrorKind.Input, "not-an-engram"), (error.Kind, error.Code));
                Assert.StartsWith($"'{Place}' {why}", error.Message);
            }
        }
    }

    [Fact]
    public void A_file_of_a_newer_Engram_is_refused()
    {
        Fill(Open(), 1);
        SqliteFile.Execute(Place, "PRAGMA user_version = 3");

        EngramException error = Assert.Throws<EngramException>(() => Open());

        Assert.Equal((ErrorKind.Input, "newer-engram"), (error.Kind, error.Code));
        Assert.Equal($"'{Place}' was written by a newer Engram (schema 3; this one knows up to 2). Update Engram.", error.Message);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using EngramStore store = EngramStore.Open(folder["none", "a.engram"], create: true);

        EngramException error = Assert.Throws<EngramException>(() => Fill(store, 1));

        Assert.Equal((ErrorKind.Input, "cannot-write"), (error.Kind, error.Code));
        Assert.Contains($"the folder '{folder["none"]}' is not there", error.Message);
        Assert.Equal("cannot-write", Assert.Throws<EngramException>(() => store.HoldForWriting("learn")).Code);
    }

    [Fact]
    public void Bytes_of_what_was_removed_are_gone()
    {
        byte[] marker = Encoding.ASCII.GetBytes("remember-the-lighthouse-keeper-of-1907");
        byte[] long_ = [.. Bytes(5, 20_000), .. marker, .. Bytes(6, 20_000)];
        using EngramStore store = Open();
        Fill(store);
        store.Write(writer =>
        {
            writer.Add([new HeldRow(1, true, 100, 0, 1, long_), new HeldRow(1, true, 101, 0, 2, marker)]);
            writer.PutState(StateOwner.Lesson, 1, new Dictionary<string, byte[]> { ["own"] = [.. marker, .. Bytes(3, 9000)] });
            writer.Put(Lesson(1) with { Source = Encoding.ASCII.GetString(marker) });
            writer.Put(Class(3) with { Name = Encoding.ASCII.GetString(marker) });
        });
        Assert.True(IsIn(marker));

        store.Write(writer =>
        {
            writer.RemoveHeld(1, test: true, [100, 101]);
            writer.PutState(StateOwner.Lesson, 1, new Dictionary<string, byte[]>());
            writer.Put(Lesson(1, 5, 6) with { Source = "" });
            writer.RemoveClass(3);
        });
        Assert.False(IsIn(marker), "before it is compacted");
        store.Compact();

        Assert.False(IsIn(marker));
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void Room_of_what_was_removed_is_given_back()
    {
        using EngramStore store = Open();
        Fill(store, 2);
        long before = store.Bytes;
        store.Write(writer => writer.PutState(StateOwner.Lesson, 9, new Dictionary<string, byte[]> { ["own"] = Bytes(3, 500_000) }));
        store.Write(writer => writer.PutState(StateOwner.Lesson, 9, new Dictionary<string, byte[]>()));
        Assert.InRange(store.Bytes, 500_000, 600_000);

        store.Compact();

        Assert.InRange(store.Bytes, 1, before);
    }

    [Fact]
    public void Compacting_says_when_a_reader_keeps_the_bytes_in_the_log()
    {
        using EngramStore store = Open();
        ((SqliteStore)store).SecondsToWait = 1;
        Fill(store, 2);

        EngramException error = Assert.Throws<EngramException>(() => store.Read(reader =>
        {
            reader.Learner();
            store.Write(writer => writer.RemoveHeld(1, test: true));
            store.Compact();
            return true;
        }));

        Assert.Equal("being-read", error.Code);
        store.Compact();
        Assert.Equal([Place], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_lock_leaves_no_file_and_one_that_a_stop_left_is_taken_over()
    {
        using EngramStore store = Open();
        File.WriteAllText(Place + "-writer", "{ half a no");

        using (store.HoldForWriting("learn")) Assert.Single(Directory.GetFiles(folder.Path));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_lock_ends_with_its_process_however_that_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "Locks by a program of Linux.");
        using EngramStore store = Open();
        File.WriteAllText(Place + "-writer", WriterNote.Mine("learn photos/2026-11").ToJson());
        using Process other = Process.Start("/usr/bin/flock", ["--no-fork", Place + "-writer", "sleep", "600"]);

        WaitUntilLocked(Place + "-writer");

        EngramException error = Assert.Throws<EngramException>(() => store.HoldForWriting("prune"));
        other.Kill();
        other.WaitForExit();

        Assert.Equal("being-written", error.Code);
        Assert.EndsWith("(learn photos/2026-11). Wait for it or end it.", error.Message);
        using IDisposable held = store.HoldForWriting("prune");
        Assert.Equal("being-written", Assert.Throws<EngramException>(() => store.HoldForWriting("second")).Code);
    }

    [Fact]
    public void Only_one_of_many_holds_it_at_a_time()
    {
        using EngramStore store = Open();
        int inside = 0, most = 0, taken = 0;

        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            try
            {
                using IDisposable held = store.HoldForWriting("learn");
                int now = Interlocked.Increment(ref inside);
                lock (folder) (most, taken) = (Math.Max(most, now), taken + 1);
                Interlocked.Decrement(ref inside);
            }
            catch (EngramException error) when (error.Code == "being-written")
            {
                // Another had it all the while.
            }
        });

        Assert.Equal(1, most);
        Assert.NotEqual(0, taken);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_program_that_locks_the_file_for_long_is_waited_for_and_then_named()
    {
        using EngramStore store = Open();
        ((SqliteStore)store).SecondsToWait = 1;
        Fill(store, 1);
        using IDisposable locked = SqliteFile.Begin(Place);

        EngramException error = Assert.Throws<EngramException>(() => store.Write(writer => Learn(writer, 2)));

        Assert.Equal((ErrorKind.Input, "being-written"), (error.Kind, error.Code));
        Assert.Single(store.Read(reader => reader.Lessons()));
    }

    private protected override EngramStore Open(bool create = true) => EngramStore.Open(Place, create);

    protected override void Execute(string sql) => SqliteFile.Execute(Place, sql);

    protected override void MakeOlder() => SqliteFile.MakeOlder(Place);

    protected override string Schema() => SqliteFile.Texts(Place, "PRAGMA user_version").Single();

    protected override string[] Texts(string sql) => SqliteFile.Texts(Place, sql);

    // Another process takes a moment to come up.
    private static void WaitUntilLocked(string path)
    {
        for (int attempt = 0; attempt < 500; attempt++)
        {
            try
            {
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
                Thread.Sleep(20);
            }
            catch (IOException)
            {
                return;
            }
        }
        Assert.Fail($"'{path}' is not locked.");
    }

    private bool IsIn(byte[] marker) => Directory.GetFiles(folder.Path).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(marker) >= 0);
}
