using Engram.Methods;

namespace Engram.Experiments;

/// <summary>
/// Runs trials side by side, each on one thread of its own that shares nothing with the others but the data; so the numbers do not
/// depend on how many run at a time. Finished trials are read, not repeated; one that ends with an error, whatever it is, leaves the others alone.
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
    /// <exception cref="InvalidOperationException">One of the three callbacks threw.</exception>
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
            Exception? ofCaller = null;
            try
            {
                results[index] = RunOne(trial, folderOf, Tell, cancellation);
            }
            catch (Exception error) when (error != ofCaller && !(error is OperationCanceledException && cancellation.IsCancellationRequested))
            {
                failures[index] = new(trial, Known(error));
                failed?.Invoke(failures[index]!);
                return;
            }
            finished?.Invoke(trial, results[index]!);

            void Tell(RunProgress step)
            {
                try
                {
                    progress?.Invoke(trial, step);
                }
                catch (Exception error)
                {
                    ofCaller = error;
                    throw;
                }
            }
        }
    }

    private RunResult RunOne(Trial trial, Func<Trial, string>? folderOf, Action<RunProgress> progress, CancellationToken cancellation)
    {
        RunFolder? runFolder = folderOf is null ? null : RunFolder.OpenOrCreate(folderOf(trial), trial.Config);
        return runFolder is { IsFinished: true } ? runFolder.ReadResults() : laboratory.Run(trial.Config, runFolder, progress, cancellation);
    }

    // A method of somebody's own may throw anything.
    private static EngramException Known(Exception error) => error as EngramException
        ?? EngramException.Failure("unexpected", $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}", error);
}
