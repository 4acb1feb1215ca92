using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>
/// Runs trials in processes of this machine, so many at a time: each is <c>engram trial DIR N</c>. One that is killed is started again and goes on from
/// its checkpoint; one that another process runs is waited for.
/// </summary>
/// <param name="processes">How many at a time, 1 or more.</param>
/// <param name="path">The study's folder.</param>
/// <param name="data">What the user gave with <c>--data</c>.</param>
internal sealed class TrialProcesses(int processes, string path, string? data) : ITrialRunner
{
    /// <summary>How often a trial is started that gets killed.</summary>
    public const int MostStarts = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public void Run(IReadOnlyCollection<StudyTrial> trials, StudyWatch? watch = null, CancellationToken cancellation = default)
    {
        TrialReader reader = new(watch ?? new());
        Queue<StudyTrial> waiting = new(trials.OrderBy(trial => trial.Rank));
        Dictionary<StudyTrial, int> killed = [];
        List<TrialProcess> running = [];
        try
        {
            while (waiting.Count + running.Count > 0 && !cancellation.IsCancellationRequested)
            {
                for (int left = waiting.Count; left > 0 && running.Count < processes; left--) Begin(waiting.Dequeue());
                foreach (TrialProcess ended in running.Where(one => one.HasEnded).ToArray())
                {
                    running.Remove(ended);
                    using (ended) Settle(ended);
                }
                foreach (TrialProcess one in running) reader.Look(one.Trial);
                cancellation.WaitHandle.WaitOne(Pause);
            }
        }
        finally
        {
            foreach (TrialProcess one in running) one.Stop();
            foreach (TrialProcess one in running)
            {
                one.WaitForEnd();
                one.Dispose();
            }
        }
        cancellation.ThrowIfCancellationRequested();

        void Begin(StudyTrial trial)
        {
            if (reader.TryEnd(trial)) return;
            if (FolderLock.HolderOfTrial(trial.Place!) is not null) waiting.Enqueue(trial);
            else running.Add(TrialProcess.Start(path, trial, data, Math.Max(Environment.ProcessorCount / processes, 1)));
        }

        void Settle(TrialProcess ended)
        {
            if (reader.TryEnd(ended.Trial)) return;
            if (ended.IsHeldByAnother) waiting.Enqueue(ended.Trial);
            else if (!ended.WasKilled) reader.Fail(ended.Trial, ended.Error);
            else if ((killed[ended.Trial] = killed.GetValueOrDefault(ended.Trial) + 1) < MostStarts) waiting.Enqueue(ended.Trial);
            else
            {
                reader.Fail(ended.Trial, EngramException.Failure("trial-killed", $"Its process was killed {MostStarts} times, last with exit code {ended.ExitCode}{(ended.ExitCode == TrialProcess.KilledBySystem ? ", as by a system that runs out of memory" : "")}. "
                    + $"What it learned so far is kept; see what ends it, and go on with: engram resume {OutputFolder.Quote(path)}"));
            }
        }
    }
}
