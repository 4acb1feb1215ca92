namespace Engram.Experiments;

/// <summary>A question that takes trials: which there are, and what is concluded from them. Its plan is a file that is written before the first trial.</summary>
/// <typeparam name="T">What is concluded.</typeparam>
/// <param name="rounds">The trials, numbered from 1 through all rounds. A round is asked for when all trials of the one before have ended, so that it may depend on what came of them.</param>
/// <param name="mostTrials">How many trials there are at most.</param>
/// <param name="conclude">Concludes from what came of them.</param>
public sealed class Study<T>(IEnumerable<IReadOnlyList<StudyTrial>> rounds, int mostTrials, Func<T> conclude)
{
    /// <summary>Runs what is not done, reads what is, and concludes.</summary>
    /// <param name="runner">Who runs the trials.</param>
    /// <param name="watch">Who is told; null for nobody.</param>
    /// <param name="cancellation">Stops all trials after their current step, with everything so far kept.</param>
    /// <exception cref="EngramException">It cannot go on without a trial that failed; the others are kept.</exception>
    /// <exception cref="OperationCanceledException">It was stopped and can go on.</exception>
    public T Run(ITrialRunner runner, StudyWatch? watch = null, CancellationToken cancellation = default)
    {
        foreach (IReadOnlyList<StudyTrial> round in Numbered()) runner.Run(round, watch, cancellation);
        return conclude();
    }

    /// <summary>The trials that are known by now: those of all rounds that are done, and of the first that is not.</summary>
    /// <exception cref="EngramException">A result that later rounds depend on is damaged.</exception>
    public IReadOnlyList<StudyTrial> Known()
    {
        List<StudyTrial> known = [];
        foreach (IReadOnlyList<StudyTrial> round in Numbered())
        {
            known.AddRange(round);
            if (!round.All(trial => trial.IsDone)) break;
            foreach (StudyTrial trial in round) trial.Run(_ => { }, CancellationToken.None);
        }
        return known;
    }

    /// <summary>One trial.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="path">The study's folder.</param>
    /// <exception cref="EngramException">There is none of that number, or not yet.</exception>
    public StudyTrial Trial(int number, string path)
    {
        IReadOnlyList<StudyTrial> known = Known();
        if (number >= 1 && number <= known.Count) return known[number - 1];
        string more = known.Count == mostTrials || known.All(trial => trial.IsDone) ? "" : $" Which come after these, up to {mostTrials} in all, shows once they are done.";
        throw EngramException.Input("unknown-trial", $"'{path}' has no trial {number}; give a number from 1 to {known.Count}.{more}");
    }

    /// <summary>Concludes from trials that are all done, wherever they ran.</summary>
    /// <param name="path">The study's folder.</param>
    /// <exception cref="EngramException">Some are not done, or a result is damaged.</exception>
    public T Collect(string path)
    {
        StudyTrial[] missing = [.. Known().Where(trial => !trial.IsDone)];
        if (missing.Length == 0) return conclude();
        throw EngramException.Input("trials-missing", $"'{path}' lacks {StudyTrial.Named(missing)}; run each by 'engram trial {path} {missing[0].Number}' and so on, or 'engram resume {path}' for all at once.");
    }

    private IEnumerable<IReadOnlyList<StudyTrial>> Numbered()
    {
        int number = 0;
        foreach (IReadOnlyList<StudyTrial> round in rounds)
        {
            foreach (StudyTrial trial in round) trial.Number = ++number;
            yield return round;
        }
    }
}
