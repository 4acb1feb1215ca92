using Engram.Durable.Storage;
using Engram.Tests.Datasets;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

/// <summary>Whenever the power fails, the file holds what was written by all writes that had returned, or by one more. <c>ENGRAM_CUTS</c> says how often it fails.</summary>
public sealed class PowerCutTests : IDisposable
{
    private static readonly int Cuts = Amount.Of("ENGRAM_CUTS", 132);
    private readonly TemporaryFolder folder = new();
    private readonly DiskLog log = new();

    // After how many changes of files the n-th write had returned.
    private readonly List<int> returned = [0];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void After_a_power_cut_at_any_moment_the_file_holds_all_that_was_written()
    {
        string[] digests = Record();
        Random random = new(7);
        int between = 0;

        for (int cut = 0; cut < Cuts; cut++)
        {
            int at = (int)((long)(log.Count + 1) * cut / Cuts);
            Loss loss = (Loss)(cut % 4);
            foreach ((string path, byte[] bytes) in log.After(at, loss, random)) File.WriteAllBytes(folder["after", Path.GetFileName(path)], bytes);
            int done = returned.FindLastIndex(count => count <= at);
            between += returned.Contains(at) ? 0 : 1;
            AssertHolds([digests[done], digests[Math.Min(done + 1, digests.Length - 1)]], $"cut after {at} of {log.Count} changes, {loss}, {done} writes done");
            foreach (string file in Directory.GetFiles(folder["after"])) File.Delete(file);
        }

        Assert.InRange(between, Cuts / 2, Cuts);
    }

    private void AssertHolds(string[] digests, string how)
    {
        try
        {
            using EngramStore store = EngramStore.Open(folder["after", "line3.engram"], create: true);
            Assert.True(digests.Contains(StoreDigest.Of(store)), $"{how}: holds something else");
            if (File.Exists(store.Address)) Assert.Equal(["ok"], SqliteFile.Texts(store.Address, "PRAGMA integrity_check"));
        }
        catch (EngramException error)
        {
            Assert.Fail($"{how}: {error}");
        }
    }

    // Runs it once for the digests and once for the log.
    private string[] Record()
    {
        foreach (string name in (string[])["plain", "logged", "after"]) Directory.CreateDirectory(folder[name]);
        List<string> digests = [];
        using (EngramStore plain = EngramStore.Open(folder["plain", "line3.engram"], create: true))
        {
            digests.Add(StoreDigest.Of(plain));
            Run(plain, () => digests.Add(StoreDigest.Of(plain)));
        }
        using FaultyFileSystem disk = new();
        disk.Changing = change =>
        {
            log.Add(change);
            return 0;
        };
        using EngramStore logged = EngramStore.Open(folder["logged", "line3.engram"], create: true, disk.Name);
        Run(logged, () => returned.Add(log.Count));
        Assert.Equal(digests.Count, returned.Count);
        return [.. digests];
    }

    // Most writes leave one file behind; while somebody reads, the log grows from write to write.
    private static void Run(EngramStore store, Action written)
    {
        int lesson = 0;
        for (int i = 0; i < 3; i++) Write(Learn);
        store.Read(reader =>
        {
            reader.Learner();
            for (int i = 0; i < 3; i++) Write(Learn);
            for (int i = 0; i < 6; i++) Write(Save);
            return true;
        });
        Write(writer => writer.RemoveHeld(1, test: true));
        Write(writer => writer.Put(Lesson(1, 0, 5)));
        store.Compact();
        for (int i = 0; i < 14; i++) Write(i % 2 == 0 ? Save : Forget);

        void Write(Action<StoreWriter> write)
        {
            store.Write(writer =>
            {
                write(writer);
                // What differs from write to write, and what must agree within one.
                writer.Put(Lesson(1, writer.Held(1, test: true).Count(), writer.Held(1, test: false).Count()));
                writer.Add(Day, "anna", "lab3", "note", "{}");
            });
            written();
        }

        void Learn(StoreWriter writer) => SampleRows.Learn(writer, ++lesson, held: 4);

        void Save(StoreWriter writer)
        {
            int saves = writer.Events().Count;
            writer.Put(Unfinished(2) with { Steps = saves });
            writer.PutState(StateOwner.Unfinished, 0, State(100 + saves, 2500));
        }

        void Forget(StoreWriter writer)
        {
            writer.Put((UnfinishedRow?)null);
            writer.PutState(StateOwner.Unfinished, 0, new Dictionary<string, byte[]>());
        }
    }
}
