namespace Engram.Experiments;

/// <summary>Who runs the trials of a round. No result depends on it.</summary>
public interface ITrialRunner
{
    /// <summary>Runs all trials that are not done and reads those that are, so that each has a result or an error in the end.</summary>
    /// <param name="trials">None needs another one.</param>
    /// <param name="watch">Who is told; null for nobody.</param>
    /// <param name="cancellation">Ends it early, with what each trial did so far kept.</param>
    /// <exception cref="OperationCanceledException">It was ended early and can go on.</exception>
    void Run(IReadOnlyCollection<StudyTrial> trials, StudyWatch? watch = null, CancellationToken cancellation = default);
}
