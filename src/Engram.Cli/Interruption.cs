using System.Runtime.InteropServices;

namespace Engram.Cli;

/// <summary>
/// Turns the first Ctrl-C (or a polite request to end) into a cancellation, so that work stops after its current step with everything
/// saved; the second one ends the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
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
        if (source.IsCancellationRequested)
        {
            Terminal.ShowCursor();
            return;
        }
        context.Cancel = true;
        source.Cancel();
    }
}
