using Engram.Durable;

namespace Engram.Server.Answers;

/// <summary>
/// Requests for answers that wait for one learner. Those that come while it is busy are answered together, in one call; the first of a quiet moment is answered at once.
/// Each request is answered by one version.
/// </summary>
/// <param name="answer">Answers inputs, in their order and by one version.</param>
/// <param name="options">How many may wait, and how many are answered together.</param>
internal sealed class AnswerQueue(Func<IReadOnlyList<float[]>, IReadOnlyList<Answer>> answer, ServerOptions options) : IThreadPoolWorkItem
{
    private readonly Lock gate = new();
    private Queue<Request> waiting = new();
    private bool isBusy;

    // What one caller asked.
    private sealed class Request(IReadOnlyList<float[]> inputs, CancellationToken cancellation) : TaskCompletionSource<IReadOnlyList<Answer>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IReadOnlyList<float[]> Inputs => inputs;

        public bool IsGone => cancellation.IsCancellationRequested;
    }

    /// <summary>Requests that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Asks.</summary>
    /// <param name="inputs">One at least, each as the learner sees it.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <exception cref="EngramException">Too many wait already (<c>too-busy</c>), or the learner refuses.</exception>
    public Task<IReadOnlyList<Answer>> Ask(IReadOnlyList<float[]> inputs, CancellationToken cancellation)
    {
        Request request = new(inputs, cancellation);
        lock (gate)
        {
            if (waiting.Count >= options.MostWaiting) throw EngramException.Failure("too-busy", $"{waiting.Count} requests wait for this learner already, as many as may; ask again a little later.");
            waiting.Enqueue(request);
            if (isBusy) return request.Task;
            isBusy = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return request.Task;
    }

    /// <summary>Answers until nobody waits.</summary>
    public void Execute()
    {
        List<Request> together = [];
        while (true)
        {
            together.Clear();
            long inputs = 0;
            lock (gate)
            {
                while (waiting.TryPeek(out Request? next) && (together.Count == 0 || inputs + next.Inputs.Count <= options.MostTogether))
                {
                    waiting.Dequeue();
                    if (next.IsGone)
                    {
                        next.TrySetCanceled();
                        continue;
                    }
                    together.Add(next);
                    inputs += next.Inputs.Count;
                }
                if (together.Count == 0)
                {
                    isBusy = false;
                    return;
                }
            }
            Answer(together);
        }
    }

    private void Answer(List<Request> together)
    {
        ServerMetrics.AnsweredTogether.Record(together.Count);
        try
        {
            IReadOnlyList<Answer> answers = answer(together.Count == 1 ? together[0].Inputs : [.. together.SelectMany(request => request.Inputs)]);
            int first = 0;
            foreach (Request request in together)
            {
                int count = request.Inputs.Count;
                request.TrySetResult(together.Count == 1 ? answers : [.. answers.Skip(first).Take(count)]);
                first += count;
            }
        }
        catch (Exception) when (together.Count > 1)
        {
            // Whoever is to blame is found by asking one by one, so that nobody pays for another's input.
            foreach (Request request in together) Answer([request]);
        }
        catch (Exception error)
        {
            together[0].TrySetException(error);
        }
    }
}
