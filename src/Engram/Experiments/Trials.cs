using Engram.Methods;

namespace Engram.Experiments;

/// <summary>
/// Runs trials side by side, each on one thread of its own that shares nothing with the others but the data; so the numbers do not
/// depend on how many run at a time. Finished trials are read, not repeated.
/// </summary>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="jobs">How many at a time, 1 or more.</param>
public sealed class Trials(Laboratory laboratory, int jobs)
{
    /// <summary>Runs what is not finished yet.</summary>
    /// <param name="trials">What to run.</param>
    /// <param name="folderOf">Where a trial has its run folder; null keeps everything in memory.</param>
    /// <param name="progress">Told where each trial stands, from several threads; null for none.</param>
    /// <param name="finished">Told each result as it comes, from several threads; null for none.</param>
    /// <param name="failed">Told each trial that ends with an error, from several threads; null for none.</param>
    /// <param name="cancellation">Stops all trials after their current step, each with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The comparison was stopped and can be resumed.</exception>
    public TrialResults Run(IReadOnlyList<Trial> trials, Func<Trial, string>? folderOf = null, Action<Trial, RunProgress>? progress = null, Action<Trial, RunResult>? finished = null, Action<FailedTrial>? failed = null, CancellationToken cancellation = default)
    {
        // Learning from all data at once takes longest: started first, it leaves no core idle at the end.
        int[] waiting = [.. Enumerable.Range(0, trials.Count).OrderByDescending(index => laboratory.Catalogs.Methods.Find(trials[index].Config.Method.Id).Attribute.Bound == Bound.Upper)];
        RunResult?[] results = new RunResult?[trials.Count];
        FailedTrial?[] failures = new FailedTrial?[trials.Count];
        SideBySide.Run(waiting, jobs, Work, cancellation);
        return new([.. trials.Index().Where(trial => results[trial.Index] is not null).Select(trial => (trial.Item, results[trial.Index]!))], [.. failures.OfType<FailedTrial>()]);

        void Work(int index)
        {
            Trial trial = trials[index];
            try
            {
                results[index] = RunOne(trial, folderOf, progress, cancellation);
                finished?.Invoke(trial, results[index]!);
            }
            catch (EngramException error)
            {
                failures[index] = new(trial, error);
                failed?.Invoke(failures[index]!);
            }
        }
    }

    private RunResult RunOne(Trial trial, Func<Trial, string>? folderOf, Action<Trial, RunProgress>? progress, CancellationToken cancellation)
    {
        RunFolder? runFolder = folderOf is null ? null : RunFolder.OpenOrCreate(folderOf(trial), trial.Config);
        if (runFolder is { IsFinished: true }) return runFolder.ReadResults();
        return laboratory.Run(trial.Config, runFolder, step => progress?.Invoke(trial, step), cancellation);
    }
}
