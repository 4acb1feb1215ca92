using Engram.Networks;

namespace Engram.Cli;

/// <summary>Loads libtorch beside what else is to be done first, half a second in which data can be read; who needs it is told if it fails.</summary>
/// <param name="isWanted">Whether it is loaded at all.</param>
internal sealed class EngineStart(bool isWanted) : IDisposable
{
    private readonly Task start = isWanted ? Task.Run(NativeEngine.Start) : Task.CompletedTask;

    /// <summary>Waits for it, for a process that ends while libtorch starts crashes within it.</summary>
    public void Dispose() => Task.WaitAny(start);
}
