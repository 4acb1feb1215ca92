namespace Engram.Networks;

/// <summary>
/// While it lasts, a network runs as it does in use, in every call: no dropout, no noise of learning, and normalisation with the running
/// averages, which stay as they are. Importances, similarities and whatever else looks at a network is measured in one
/// (<see cref="Network.Measure"/>); disposing of it brings back what was before.
/// </summary>
public sealed class Measurement : IDisposable
{
    private readonly Action end;

    internal Measurement(Action end) => this.end = end;

    /// <summary>Ends it.</summary>
    public void Dispose() => end();
}
