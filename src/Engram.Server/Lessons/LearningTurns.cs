namespace Engram.Server.Lessons;

/// <summary>Whose turn it is to learn: as many lessons at a time in a server as are allowed, so that answers keep a core.</summary>
/// <param name="most">How many.</param>
internal sealed class LearningTurns(int most) : IDisposable
{
    private readonly SemaphoreSlim turn = new(most, most);

    /// <summary>Waits for a turn, which lasts until the result is disposed of.</summary>
    public IDisposable Take(CancellationToken cancellation)
    {
        turn.Wait(cancellation);
        return new Turn(turn);
    }

    /// <summary>Waits as <see cref="Take"/> does, without a thread.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        return new Turn(turn);
    }

    /// <summary>Frees it, once nobody learns any more.</summary>
    public void Dispose() => turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
