using System.Collections.Concurrent;
using Engram.Networks;

namespace Engram.Experiments;

/// <summary>
/// Runs trials on threads of their own, so many at a time, and knows nothing of what they are. One that ends with an error, whatever it
/// is, leaves the others alone; one that another process runs is waited for, and what it did is read.
/// </summary>
/// <param name="jobs">How many at a time, 1 or more; changes no result.</param>
public sealed class TrialThreads(int jobs) : ITrialRunner
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Who was told threw something.</exception>
    public void Run(IReadOnlyCollection<StudyTrial> trials, StudyWatch? watch = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(jobs);
        ConcurrentQueue<StudyTrial> waiting = new(trials.OrderBy(trial => trial.Rank));
        Exception? unexpected = null;
        int together = Math.Min(jobs, trials.Count);
        Thread[] workers = [.. Enumerable.Range(0, together).Select(number => new Thread(Work) { Name = $"work {number + 1}", IsBackground = true })];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        cancellation.ThrowIfCancellationRequested();
        if (unexpected is not null) throw new InvalidOperationException($"A piece of work ended with an unexpected {unexpected.GetType().Name}: {unexpected.Message}", unexpected);

        void Work()
        {
            NativeEngine.Lend(Math.Max(Environment.ProcessorCount / together, 1));
            while (!cancellation.IsCancellationRequested && waiting.TryDequeue(out StudyTrial? trial))
            {
                try
                {
                    if (TryRun(trial, watch ?? new(), cancellation)) continue;
                    waiting.Enqueue(trial);
                    cancellation.WaitHandle.WaitOne(Pause);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception thrown)
                {
                    Interlocked.CompareExchange(ref unexpected, thrown, null);
                }
            }
        }
    }

    // False where another process runs it at the moment.
    private static bool TryRun(StudyTrial trial, StudyWatch watch, CancellationToken cancellation)
    {
        FolderLock? held = null;
        Exception? ofCaller = null;
        try
        {
            if (trial.Place is { } place && !trial.IsDone && (held = FolderLock.TryTakeTrial(place, out _)) is null) return false;
            trial.Run(Tell, cancellation);
            trial.End(null);
        }
        catch (Exception error) when (error != ofCaller && !(error is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            trial.End(error);
        }
        finally
        {
            held?.Dispose();
        }
        watch.Ended?.Invoke(trial);
        return true;

        void Tell(TrialReport report)
        {
            try
            {
                watch.Progress?.Invoke(trial, report);
            }
            catch (Exception error)
            {
                ofCaller = error;
                throw;
            }
        }
    }
}
