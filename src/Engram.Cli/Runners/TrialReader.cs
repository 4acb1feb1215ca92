using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>Reads where trials stand that other processes run, and what came of them, and tells who watches.</summary>
/// <param name="watch">Who is told.</param>
internal sealed class TrialReader(StudyWatch watch)
{
    private readonly Dictionary<StudyTrial, TrialReport> last = [];

    /// <summary>Tells where a trial stands, if that is new.</summary>
    public void Look(StudyTrial trial)
    {
        if (TrialStanding.Of(trial.Place!)?.Report is not { } report) return;
        if (last.TryGetValue(trial, out TrialReport before))
        {
            if (report.Fraction == before.Fraction && report.Run?.Phase == before.Run?.Phase) return;
            // Who watches knows a row that was told before by its being the same one.
            if (report.Run?.Row is { } row && before.Run?.Row is { } known && row.SequenceEqual(known)) report = report with { Run = report.Run with { Row = known } };
        }
        last[trial] = report;
        watch.Progress?.Invoke(trial, report);
    }

    /// <summary>Reads what came of a trial that is done; false where it is not.</summary>
    public bool TryEnd(StudyTrial trial)
    {
        if (!trial.IsDone) return false;
        new TrialThreads(1).Run([trial], watch);
        return true;
    }

    /// <summary>Ends a trial with an error.</summary>
    public void Fail(StudyTrial trial, EngramException error)
    {
        trial.End(error);
        watch.Ended?.Invoke(trial);
    }
}
