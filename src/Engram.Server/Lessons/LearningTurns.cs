namespace Engram.Server.Lessons;

/// <summary>Whose turn it is to learn: one lesson at a time in a server, so that answers keep a core.</summary>
internal sealed class LearningTurns : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Waits for a turn, which lasts until the result is disposed of.</summary>
    public IDisposable Take(CancellationToken cancellation)
    {
        turn.Wait(cancellation);
        return new Turn(turn);
    }

    /// <summary>Frees it, once nobody learns any more.</summary>
    public void Dispose() => turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
