using System.Diagnostics;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>
/// Runs trials as elements of arrays of jobs on a Slurm cluster and watches them through the study's folder, which all nodes share. After them a job goes
/// on with the study, so that nobody has to watch. Whoever only watches does not hold the folder.
/// </summary>
/// <param name="on">What is asked of a job.</param>
/// <param name="path">The study's folder.</param>
/// <param name="data">What the user gave with <c>--data</c>.</param>
/// <param name="cluster">Where they run.</param>
internal sealed class SlurmArray(RunnerChoice on, string path, string? data, SlurmCluster cluster) : ITrialRunner
{
    // A file may show on this machine a moment after its job has left the queue.
    private const int LooksUntilGone = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), BetweenLooks = TimeSpan.FromSeconds(1), MostBetweenLooks = TimeSpan.FromSeconds(10);

    private readonly string? me = Environment.GetEnvironmentVariable("SLURM_JOB_ID");
    private SlurmJobs jobs = SlurmJobs.Of(path);
    private bool isFirstRound = true;

    /// <summary>Told what Slurm does with the trials, whenever that changes.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Told that Slurm does not answer.</summary>
    public Action<string> Complain { get; init; } = _ => { };

    /// <summary>Ids of all jobs of the study.</summary>
    public string Ids => string.Join(' ', jobs.Arrays.Select(array => array.Id).Concat(jobs.After.TakeLast(1)));

    /// <summary>Whether this is the job that goes on after the trials.</summary>
    private bool IsAfter => me is not null && jobs.After.Contains(me);

    /// <inheritdoc/>
    public void Run(IReadOnlyCollection<StudyTrial> trials, StudyWatch? watch = null, CancellationToken cancellation = default)
    {
        TrialReader reader = new(watch ?? new());
        List<StudyTrial> open = [.. trials.Where(trial => !reader.TryEnd(trial))];
        if (open.Count == 0) return;
        using (OutputFolder.Hold(path, Timeout.InfiniteTimeSpan, cancellation)) Submit(open);
        Follow(open, reader, cancellation);
        Retire(cancellation);
    }

    /// <summary>Submits those trials that are not done and not with Slurm, by somebody who holds the folder. Returns how many are with Slurm now.</summary>
    public int Submit(IReadOnlyCollection<StudyTrial> trials)
    {
        jobs = SlurmJobs.Of(path);
        IReadOnlyList<QueuedJob> queue = SlurmCluster.Queue([.. jobs.Arrays.Select(array => array.Id), .. jobs.After]);
        HashSet<int> alive = [.. jobs.Alive(queue)];
        // Whoever resumes tries again what failed; within a study each trial is submitted once.
        HashSet<int> settled = isFirstRound && !IsAfter ? alive : [.. jobs.Trials()];
        isFirstRound = false;
        StudyTrial[] missing = [.. trials.Where(trial => !trial.IsDone && !settled.Contains(trial.Number))];
        if (missing.Length == 0) return alive.Count;
        WriteScripts(missing);
        SlurmArrayJob[] kept = [.. jobs.Arrays.Where(array => queue.Any(job => job.Job == array.Id))];
        jobs = jobs with { Arrays = kept };
        foreach (var group in missing.GroupBy(trial => trial.Number / cluster.MostElements * cluster.MostElements))
        {
            jobs = jobs with { Arrays = [.. jobs.Arrays, new(SubmitArray(group.Key, [.. group.Select(trial => trial.Number - group.Key)]), group.Key, [.. group.Select(trial => trial.Number)])] };
            jobs.Write(path);
        }
        string[] old = [.. jobs.After.Where(id => id != me && queue.Any(job => job.Job == id))];
        string after = SlurmCluster.Submit($"--dependency=afterany:{string.Join(':', jobs.Arrays.Select(array => array.Id))}", $"--output={Out()}/after.log", Script("after.sh"));
        jobs = jobs with { After = [.. jobs.After, after] };
        jobs.Write(path);
        foreach (string id in old) SlurmCluster.CancelWaiting(id);
        return alive.Count + missing.Length;
    }

    /// <summary>Whether trials are with Slurm that this process would wait for: not from the job after them.</summary>
    public bool MustWaitFor(IReadOnlyCollection<StudyTrial> trials) => !IsAfter || trials.Any(trial => !jobs.Trials().Contains(trial.Number)) || jobs.Alive(SlurmCluster.Queue([.. jobs.Arrays.Select(array => array.Id)])).Any();

    private void Follow(List<StudyTrial> open, TrialReader reader, CancellationToken cancellation)
    {
        Dictionary<int, int> gone = [];
        List<StudyTrial> missing = [];
        long begun = Stopwatch.GetTimestamp(), looked = 0;
        bool isSilent = false;
        while (open.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            open.RemoveAll(reader.TryEnd);
            foreach (StudyTrial trial in open) reader.Look(trial);
            TimeSpan pause = BetweenLooks + Stopwatch.GetElapsedTime(begun) / 60;
            if (looked == 0 || Stopwatch.GetElapsedTime(looked) >= (pause < MostBetweenLooks ? pause : MostBetweenLooks))
            {
                looked = Stopwatch.GetTimestamp();
                if (Look() is { } queue) open.RemoveAll(trial => IsGone(trial, queue) && IsSettled(trial));
            }
            if (open.Count > 0) cancellation.WaitHandle.WaitOne(Pause);
        }
        if (missing.Count == 0) return;
        throw EngramException.Failure("trials-missing", $"Slurm ended {StudyTrial.Named(missing)} without a result, as where somebody cancels a job or its node fails for good; what it said is in '{SlurmScript.Folder(path)}'. All others are kept; what is missing is submitted again by: engram resume {OutputFolder.Quote(path)}");

        HashSet<int>? Look()
        {
            try
            {
                IReadOnlyList<QueuedJob> queue = SlurmCluster.Queue([.. jobs.Arrays.Select(array => array.Id)]);
                isSilent = false;
                Say(InWords(queue));
                return [.. jobs.Alive(queue)];
            }
            catch (EngramException error)
            {
                if (!isSilent) Complain($"{error.Message.Split(". Mend")[0]}. It is asked again; trials go on meanwhile.");
                isSilent = true;
                return null;
            }
        }

        bool IsGone(StudyTrial trial, HashSet<int> alive) => (gone[trial.Number] = alive.Contains(trial.Number) ? 0 : gone.GetValueOrDefault(trial.Number) + 1) >= LooksUntilGone;

        bool IsSettled(StudyTrial trial)
        {
            if (reader.TryEnd(trial)) return true;
            string kills = SlurmScript.KillsOf(path, trial.Number);
            if (TrialStanding.Of(trial.Place!) is { ErrorCode: { } code, Error: { } message }) reader.Fail(trial, EngramException.Failure(code, message));
            else if (File.Exists(kills) && File.ReadLines(kills).Count() > SlurmScript.MostKills) reader.Fail(trial, EngramException.Failure("trial-killed", $"It was killed {SlurmScript.MostKills + 1} times, as where memory is short; what it said is in '{SlurmScript.Folder(path)}'. Go on with more by: engram resume {OutputFolder.Quote(path)} --memory M"));
            else missing.Add(trial);
            return true;
        }
    }

    /// <summary>What Slurm does with jobs, such as <c>Slurm: 4 run, 30 wait (Resources)</c>.</summary>
    internal static string InWords(IReadOnlyList<QueuedJob> queue)
    {
        int running = queue.Count(job => job.State is "RUNNING" or "COMPLETING");
        string[] reasons = [.. queue.Where(job => job.State is not ("RUNNING" or "COMPLETING")).Select(job => job.Reason).Where(reason => reason != "None").Distinct().Order(StringComparer.Ordinal)];
        int waiting = queue.Count - running;
        return $"Slurm: {running} {(running == 1 ? "runs" : "run")}, {waiting} {(waiting == 1 ? "waits" : "wait")}{(reasons.Length == 0 ? "" : $" ({string.Join(", ", reasons)})")}";
    }

    // Who watches concludes; the job that would have done it is not needed any more, and where it has begun already it is left to end.
    private void Retire(CancellationToken cancellation)
    {
        if (IsAfter || jobs.After is not [.., var after]) return;
        try
        {
            SlurmCluster.CancelWaiting(after);
            while (SlurmCluster.Queue([after]).Count > 0)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        catch (EngramException)
        {
            // Slurm does not answer; that job meets a study that is done.
        }
        jobs = SlurmJobs.Of(path);
    }

    private string SubmitArray(int first, int[] elements) => SlurmCluster.Submit(
        $"--array={SlurmCluster.Ranges(elements)}{(on.ArrayLimit is { } limit ? $"%{limit}" : "")}", $"--output={Out()}/{(first == 0 ? "" : $"{first}+")}%a.log", Script("trial.sh"), $"{first}");

    private void WriteScripts(IEnumerable<StudyTrial> trials)
    {
        string folder = SlurmScript.Folder(path);
        RunFolder.MakeDirectory(folder);
        SlurmScript script = new(path, on, data);
        AtomicFile.Write(Script("trial.sh"), script.Trial().ReplaceLineEndings("\n"));
        AtomicFile.Write(Script("after.sh"), script.After().ReplaceLineEndings("\n"));
        foreach (StudyTrial trial in trials)
        {
            File.Delete(SlurmScript.KillsOf(path, trial.Number));
            TrialStanding.Forget(trial.Place!);
        }
    }

    private string Script(string name) => FolderPath.Within(Path.GetFullPath(SlurmScript.Folder(path)), name);

    private string Out() => SlurmScript.Pattern(Path.GetFullPath(SlurmScript.Folder(path)));
}
