using System.Diagnostics;
using System.Text.Json;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    private string Work => temporary["work"];

    private string Note => Path.Combine(Work, ".engram", "holder.json");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_second_holder_is_told_who_works_there_since_when_and_what_to_do()
    {
        using FolderLock first = FolderLock.Take(Work);

        EngramException error = Assert.Throws<EngramException>(() => FolderLock.Take(Work));

        Assert.Equal((ErrorKind.Input, "folder-held"), (error.Kind, error.Code));
        Assert.Matches($@"^'.+work' is in use: process {Environment.ProcessId} on {Environment.MachineName} works there since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. Wait for it or end it, or choose another folder\.$", error.Message);
        Assert.Equal(Environment.ProcessId, FolderLock.HolderOf(Work)!.Process);
    }

    [Fact]
    public void A_folder_that_was_let_go_is_free_and_keeps_nothing_but_the_file_of_the_lock()
    {
        FolderLock.Take(Work).Dispose();

        Assert.Null(FolderLock.HolderOf(Work));
        Assert.Equal(["lock"], Directory.GetFileSystemEntries(Path.Combine(Work, ".engram")).Select(Path.GetFileName));
        FolderLock.Take(Work).Dispose();
    }

    [Fact]
    public void Who_asks_for_the_holder_of_a_trial_leaves_no_note_of_its_own()
    {
        string trial = Path.Combine(Work, "trials", "a");

        Assert.Null(FolderLock.HolderOfTrial(trial));
        Assert.False(Directory.Exists(Path.Combine(Work, ".engram")));
        using (FolderLock study = FolderLock.Take(Work)) Assert.Null(FolderLock.HolderOfTrial(trial));
        using (FolderLock held = FolderLock.TakeTrial(trial)) Assert.Equal(Environment.ProcessId, FolderLock.HolderOfTrial(trial)!.Process);
        Assert.Null(FolderLock.HolderOfTrial(trial));
    }

    [Fact]
    public void Many_at_once_are_let_in_one_by_one()
    {
        int inside = 0, most = 0, taken = 0;

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            if (FolderLock.TryTake(Work, out string? _) is not { } held) return;
            using (held)
            {
                int now = Interlocked.Increment(ref inside);
                lock (temporary) (most, taken) = (Math.Max(most, now), taken + 1);
                Interlocked.Decrement(ref inside);
            }
        });

        Assert.Equal(1, most);
        Assert.NotEqual(0, taken);
    }

    [Fact]
    public void What_a_dead_process_noted_is_taken_over()
    {
        using Process other = Living();
        foreach (FolderHolder stale in new[]
        {
            new FolderHolder(int.MaxValue, DateTime.UtcNow, Environment.MachineName, DateTime.UtcNow), // no such process
            new FolderHolder(other.Id, other.StartTime.ToUniversalTime().AddMinutes(-5), Environment.MachineName, DateTime.UtcNow), // the id was used again
        })
        {
            Write(stale);
            Assert.Null(FolderLock.HolderOf(Work));

            using FolderLock mine = FolderLock.Take(Work);

            Assert.Equal(Environment.ProcessId, FolderLock.HolderOf(Work)!.Process);
        }
    }

    [Fact]
    public void Where_locks_do_not_work_the_note_of_a_living_process_holds()
    {
        using Process other = Living();
        Write(new(other.Id, other.StartTime.ToUniversalTime(), Environment.MachineName, DateTime.UtcNow));

        Assert.Null(FolderLock.TryTake(Work, out string? reason));
        Assert.Contains($"process {other.Id} on", reason);
        Assert.Equal(other.Id, FolderLock.HolderOf(Work)!.Process);
    }

    [Fact]
    public void Another_machine_holds_a_shared_disk_and_not_one_of_ours()
    {
        FolderHolder far = new(1, DateTime.UtcNow, "far-away", DateTime.UtcNow);

        Assert.True(far.MayStillWork(isRemote: true));
        Assert.False(far.MayStillWork(isRemote: false));
        Write(far);
        FolderLock.Take(Work).Dispose();
    }

    [Fact]
    public void A_damaged_note_holds_nothing()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Note)!);
        File.WriteAllText(Note, "{\"process\":");

        FolderLock.Take(Work).Dispose();
    }

    [Fact]
    public void A_run_of_a_comparison_is_held_with_it()
    {
        ComparisonPlan plan = ComparisonPlan.Make(Toy.Catalogs, "toy", ["fine-tuning"], 1, null, null, []);
        ComparisonFolder comparison = ComparisonFolder.Create(Work, plan);
        using FolderLock held = FolderLock.Take(Work);

        Assert.Equal("folder-held", Assert.Throws<EngramException>(() => FolderLock.Take(comparison.TrialPath(plan.Trials[0]))).Code);
    }

    private void Write(FolderHolder holder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Note)!);
        File.WriteAllText(Path.Combine(Work, ".engram", "lock"), "");
        File.WriteAllText(Note, JsonSerializer.Serialize(holder, Settings.Json));
    }

    // Any process but this one whose start can be read.
    private static Process Living() => Process.GetProcesses().First(process =>
    {
        try
        {
            return process.Id != Environment.ProcessId && process.StartTime < DateTime.Now && !process.HasExited;
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
