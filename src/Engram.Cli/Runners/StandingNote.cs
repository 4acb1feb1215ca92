using System.Diagnostics;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>Keeps up, about once a second, where a trial stands that this process runs and holds.</summary>
/// <param name="place">Folder or file of the trial; null where nobody can watch it.</param>
internal sealed class StandingNote(string? place)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private TrialStanding standing = TrialStanding.Begun();
    private long written;

    /// <summary>Takes where it stands.</summary>
    public void Report(TrialReport report)
    {
        // What is no number has no place in JSON.
        standing = standing with { Report = report.Run is { Loss: { } loss } run && !double.IsFinite(loss) ? report with { Run = run with { Loss = null } } : report };
        if (written == 0 || Stopwatch.GetElapsedTime(written) >= Pause) Write();
    }

    /// <summary>Says that it has begun, and forgets how it ended before.</summary>
    public void Begin() => Write();

    /// <summary>Takes the error that it ended with.</summary>
    public void Fail(EngramException error)
    {
        standing = standing with { ErrorCode = error.Code, Error = error.Message };
        Write();
    }

    private void Write()
    {
        written = Stopwatch.GetTimestamp();
        if (place is not null) standing.Write(place);
    }
}
