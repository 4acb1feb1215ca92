using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engram.Cli;

/// <summary>
/// Turns the first Ctrl-C (or a polite request to end) into a cancellation, so that work stops after its current step with everything
/// saved; the second one ends the program at once. A terminal, a scheduler and the process that started this one may each send their own,
/// so those that come together count as one.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource source = new();
    private long first;
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        bool isFirst = Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0) == 0;
        context.Cancel = isFirst || Stopwatch.GetElapsedTime(first) < Together;
        if (isFirst) source.Cancel();
        else if (!context.Cancel) Terminal.ShowCursor();
    }
}
