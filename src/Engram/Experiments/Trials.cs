using System.Collections.Concurrent;

namespace Engram.Experiments;

/// <summary>A trial that ended with an error.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Error">Why.</param>
public sealed record FailedTrial(Trial Trial, EngramException Error);

/// <summary>What came of a comparison's trials, in the order of the plan.</summary>
/// <param name="Finished">Trials with results.</param>
/// <param name="Failed">Trials that ended with an error, such as a training that diverged; the others go on.</param>
public sealed record TrialResults(IReadOnlyList<(Trial Trial, RunResult Result)> Finished, IReadOnlyList<FailedTrial> Failed);

/// <summary>
/// Runs trials side by side, each on one thread of its own that shares nothing with the others but the data; so the numbers do not
/// depend on how many run at a time. Finished trials of the folder are read, not repeated.
/// </summary>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="jobs">How many at a time, 1 or more.</param>
public sealed class Trials(Laboratory laboratory, int jobs)
{
    /// <summary>Runs what is not finished yet.</summary>
    /// <param name="trials">What to run.</param>
    /// <param name="folder">Where each trial has its run folder; null keeps everything in memory.</param>
    /// <param name="progress">Told where each trial stands, from several threads; null for none.</param>
    /// <param name="finished">Told each result as it comes, from several threads; null for none.</param>
    /// <param name="cancellation">Stops all trials after their current step, each with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The comparison was stopped and can be resumed.</exception>
    public TrialResults Run(IReadOnlyList<Trial> trials, ComparisonFolder? folder = null, Action<Trial, RunProgress>? progress = null, Action<Trial, RunResult>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(jobs);
        ConcurrentQueue<int> waiting = new(Enumerable.Range(0, trials.Count));
        RunResult?[] results = new RunResult?[trials.Count];
        FailedTrial?[] failures = new FailedTrial?[trials.Count];
        Exception? unexpected = null;
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(jobs, trials.Count)).Select(number => new Thread(Work) { Name = $"trials {number + 1}", IsBackground = true })];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        cancellation.ThrowIfCancellationRequested();
        if (unexpected is not null) throw new InvalidOperationException($"A trial ended with an unexpected {unexpected.GetType().Name}: {unexpected.Message}", unexpected);
        return new([.. trials.Index().Where(trial => results[trial.Index] is not null).Select(trial => (trial.Item, results[trial.Index]!))], [.. failures.OfType<FailedTrial>()]);

        void Work()
        {
            while (!cancellation.IsCancellationRequested && unexpected is null && waiting.TryDequeue(out int index))
            {
                Trial trial = trials[index];
                try
                {
                    results[index] = RunOne(trial, folder, progress, cancellation);
                    finished?.Invoke(trial, results[index]!);
                }
                catch (EngramException error)
                {
                    failures[index] = new(trial, error);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception error)
                {
                    unexpected = error;
                }
            }
        }
    }

    private RunResult RunOne(Trial trial, ComparisonFolder? folder, Action<Trial, RunProgress>? progress, CancellationToken cancellation)
    {
        RunFolder? runFolder = folder is null ? null : RunFolder.OpenOrCreate(folder.TrialPath(trial), trial.Config);
        if (runFolder is { IsFinished: true }) return runFolder.ReadResults();
        return laboratory.Run(trial.Config, runFolder, step => progress?.Invoke(trial, step), cancellation);
    }
}
