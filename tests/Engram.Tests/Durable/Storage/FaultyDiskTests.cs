using Engram.Durable.Storage;
using Engram.Tests.Datasets;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

/// <summary>Whichever change of a file the disk refuses, nothing is lost and the error says what to do.</summary>
public sealed class FaultyDiskTests : IDisposable
{
    private const int Full = 13, ReadOnly = 8, WriteError = 778, SyncError = 1034, TruncateError = 1546, DeleteError = 2570;
    private readonly TemporaryFolder folder = new();
    private readonly FaultyFileSystem disk = new();

    private string Place => folder["line3.engram"];

    public void Dispose()
    {
        disk.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(Full, true, ErrorKind.Failure, "the disk is full. Free some space; what was saved before is kept.")]
    [InlineData(Full, false, ErrorKind.Failure, "the disk is full. Free some space; what was saved before is kept.")]
    [InlineData(ReadOnly, true, ErrorKind.Input, "file or folder is read-only. Check the rights of both, or copy it to another folder; what was saved before is kept.")]
    [InlineData(WriteError, false, ErrorKind.Failure, "the disk reports an error (SQLite 778). Check the disk; what was saved before is kept.")]
    public void A_refused_write_loses_nothing(int code, bool stays, ErrorKind kind, string said)
    {
        int refused = RefuseEach([FileChangeKind.Write, FileChangeKind.Create], code, stays, error =>
        {
            Assert.Equal((kind, "cannot-write"), (error.Kind, error.Code));
            Assert.Equal($"'{Place}' cannot be written: {said}", error.Message);
        });

        Assert.InRange(refused, 10, 1000);
    }

    [Theory]
    [InlineData(SyncError, FileChangeKind.Sync)]
    [InlineData(TruncateError, FileChangeKind.Truncate)]
    [InlineData(DeleteError, FileChangeKind.Delete)]
    public void What_else_is_refused_loses_nothing(int code, FileChangeKind kind)
    {
        RefuseEach([kind], code, stays: false, error => Assert.Equal("cannot-write", error.Code));

        Assert.False(File.Exists(Place + "-wal"));
    }

    [Fact]
    public void A_new_file_that_cannot_be_written_does_not_stay()
    {
        foreach (int code in (int[])[Full, WriteError, ReadOnly])
            for (int nth = 0; ; nth += 5)
            {
                using EngramStore store = EngramStore.Open(Place, create: true, disk.Name);
                Func<bool> wasRefused = Refuse([FileChangeKind.Write, FileChangeKind.Create, FileChangeKind.Sync], nth, code, stays: true);
                bool isWritten = Write(store, 1, _ => { });
                disk.Changing = _ => 0;
                if (!wasRefused()) break;
                bool isThere = store.Read(reader => reader.Learner()) is not null;
                Assert.True(isThere || !isWritten);
                if (!isThere) Fill(store, 3);
                Assert.Equal(isThere ? 1 : 3, store.Read(reader => reader.Lessons().Count));
                Assert.Empty(store.Problems());
                File.Delete(Place);
            }

        Assert.True(File.Exists(Place));
    }

    [Fact]
    public void Compacting_on_a_full_disk_loses_nothing()
    {
        using EngramStore store = EngramStore.Open(Place, create: true, disk.Name);
        Fill(store, 3);
        store.Write(writer =>
        {
            writer.RemoveHeld(2, test: true);
            writer.Put(Lesson(2, 0, 6));
        });
        string before = StoreDigest.Of(store);
        int refused = 0;

        for (int nth = 0; ; nth += 7)
        {
            Func<bool> wasRefused = Refuse([FileChangeKind.Write], nth, Full, stays: true);
            if (Record.Exception(store.Compact) is EngramException { Code: "cannot-write" }) refused++;
            disk.Changing = _ => 0;
            Assert.Equal(before, StoreDigest.Of(store));
            if (!wasRefused()) break;
        }

        Assert.InRange(refused, 5, 100);
        Assert.Empty(store.Problems());
    }

    [Fact]
    public void A_file_in_a_folder_without_rights_is_read_and_not_written()
    {
        using (EngramStore made = EngramStore.Open(Place, create: true)) Fill(made, 2);
        using EngramStore store = EngramStore.Open(Place, create: false, disk.Name);
        string before = StoreDigest.Of(store);
        disk.IsReadOnly = true;

        Assert.Equal(before, StoreDigest.Of(store));
        Assert.Empty(store.Problems());
        foreach (Action write in (Action[])[() => store.Write(writer => Learn(writer, 3)), store.Compact])
        {
            EngramException error = Assert.Throws<EngramException>(write);
            Assert.Equal((ErrorKind.Input, "cannot-write"), (error.Kind, error.Code));
            Assert.StartsWith($"'{Place}' cannot be written: file or folder is read-only.", error.Message);
        }
        Assert.Equal([Place], Directory.GetFiles(folder.Path));
        disk.IsReadOnly = false;
        store.Write(writer => Learn(writer, 3));
        Assert.Equal(3, store.Read(reader => reader.Lessons().Count));
    }

    [Fact]
    public void A_log_beside_a_file_in_a_folder_without_rights_is_named()
    {
        using (EngramStore made = EngramStore.Open(Place, create: true)) Fill(made, 2);
        using EngramStore store = EngramStore.Open(Place, create: false, disk.Name);
        File.WriteAllBytes(Place + "-wal", new byte[5000]);
        disk.IsReadOnly = true;

        EngramException error = Assert.Throws<EngramException>(() => StoreDigest.Of(store));

        Assert.Equal((ErrorKind.Input, "cannot-read"), (error.Kind, error.Code));
        Assert.Equal($"'{Place}' cannot be read: the newest changes are in '{Place}-wal', and its folder cannot be written. Copy both to a folder that can be written.", error.Message);
    }

    // Learns a lesson with the first change refused, then with the second, until none is.
    private int RefuseEach(FileChangeKind[] kinds, int code, bool stays, Action<EngramException> check)
    {
        using EngramStore store = EngramStore.Open(Place, create: true, disk.Name);
        Fill(store, 2);
        byte[] file = File.ReadAllBytes(Place);
        string before = StoreDigest.Of(store), after = "";
        int refused = 0;
        for (int nth = 0; ; nth += stays ? 3 : 1)
        {
            File.WriteAllBytes(Place, file);
            Func<bool> wasRefused = Refuse(kinds, nth, code, stays);
            bool isWritten = Write(store, 3, check);
            if (!isWritten) refused++;
            disk.Changing = _ => 0;
            string now = StoreDigest.Of(store);
            if (after.Length == 0 && isWritten) after = now;
            if (isWritten) Assert.Equal(after, now);
            else Assert.Contains(now, (string[])[before, after.Length == 0 ? before : after]);
            store.Write(writer => writer.Add(Day, "anna", "lab3", "note", "{}"));
            Assert.Empty(store.Problems());
            if (!wasRefused()) return refused;
        }
    }

    private Func<bool> Refuse(FileChangeKind[] kinds, int nth, int code, bool stays)
    {
        int seen = 0;
        bool wasRefused = false;
        disk.Changing = change =>
        {
            if (!kinds.Contains(change.Kind)) return 0;
            bool refuses = stays ? seen++ >= nth : seen++ == nth;
            wasRefused |= refuses;
            return refuses ? code : 0;
        };
        return () => wasRefused;
    }

    private static bool Write(EngramStore store, int lesson, Action<EngramException> check)
    {
        try
        {
            store.Write(writer => Learn(writer, lesson));
            return true;
        }
        catch (EngramException error)
        {
            check(error);
            return false;
        }
    }
}
