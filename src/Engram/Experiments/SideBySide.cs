using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Engram.Experiments;

/// <summary>Does pieces of work on threads of their own, so many at a time; what the pieces compute may not depend on one another.</summary>
internal static class SideBySide
{
    /// <summary>Does all pieces, or stops at a cancellation or at the first error once the pieces under way are over.</summary>
    /// <param name="pieces">Numbers of the pieces in the order in which they begin.</param>
    /// <param name="jobs">How many at a time, 1 or more.</param>
    /// <param name="work">Does one piece.</param>
    /// <param name="cancellation">The pieces look at it, too.</param>
    /// <exception cref="EngramException">A piece threw it.</exception>
    /// <exception cref="InvalidOperationException">A piece ended with an unexpected error.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Run(IReadOnlyCollection<int> pieces, int jobs, Action<int> work, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(jobs);
        ConcurrentQueue<int> waiting = new(pieces);
        Exception? error = null;
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(jobs, pieces.Count)).Select(number => new Thread(Work) { Name = $"work {number + 1}", IsBackground = true })];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        cancellation.ThrowIfCancellationRequested();
        if (error is EngramException known) ExceptionDispatchInfo.Throw(known);
        if (error is not null) throw new InvalidOperationException($"A trial ended with an unexpected {error.GetType().Name}: {error.Message}", error);

        void Work()
        {
            while (!cancellation.IsCancellationRequested && error is null && waiting.TryDequeue(out int piece))
            {
                try
                {
                    work(piece);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception thrown)
                {
                    error ??= thrown;
                }
            }
        }
    }
}
