using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Engram.Experiments;

/// <summary>Does pieces of work on threads of their own, so many at a time; what the pieces compute may not depend on one another.</summary>
internal static class SideBySide
{
    /// <summary>Does all pieces, or stops at a cancellation; a piece that ends with an error leaves the others alone.</summary>
    /// <param name="pieces">Numbers of the pieces in the order in which they begin.</param>
    /// <param name="jobs">How many at a time, 1 or more.</param>
    /// <param name="work">Does one piece.</param>
    /// <param name="cancellation">The pieces look at it, too.</param>
    /// <exception cref="EngramException">A piece threw it, as the first to end with an error.</exception>
    /// <exception cref="InvalidOperationException">The first error was one that nobody expected.</exception>
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
        if (error is not null) throw new InvalidOperationException($"A piece of work ended with an unexpected {error.GetType().Name}: {error.Message}", error);

        void Work()
        {
            while (!cancellation.IsCancellationRequested && waiting.TryDequeue(out int piece))
            {
                try
                {
                    work(piece);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception thrown)
                {
                    Interlocked.CompareExchange(ref error, thrown, null);
                }
            }
        }
    }
}
