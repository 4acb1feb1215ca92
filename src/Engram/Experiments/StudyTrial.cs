using System.Runtime.ExceptionServices;

namespace Engram.Experiments;

/// <summary>Where a trial stands.</summary>
/// <param name="Fraction">Share of it that is done, 0 to 1.</param>
/// <param name="Run">The same in detail, where the trial is a run; null elsewhere.</param>
public readonly record struct TrialReport(double Fraction, RunProgress? Run = null);

/// <summary>
/// A named piece of a study's work, with a place of its own where what comes of it is kept. It needs no other trial of its round, so that
/// any thread, process or machine can run it; what another one has done is read.
/// </summary>
public abstract class StudyTrial
{
    private const int MostNamed = 5;

    private Exception? thrown;

    /// <summary>Its number in the study, from 1 through all rounds; 0 before its round is asked for.</summary>
    public int Number { get; internal set; }

    /// <summary>What people call it, such as <c>ewc seed 1</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The folder or file within the study's folder that is held while it runs; null where there is none, or whoever runs the study holds it.</summary>
    public abstract string? Place { get; }

    /// <summary>Whether what comes of it is there to be read.</summary>
    public abstract bool IsDone { get; }

    /// <summary>The accuracy that it ended with, 0 to 1; null before.</summary>
    public abstract double? Accuracy { get; }

    /// <summary>Trials of lower rank are begun first, those of the same one in the order of the study; -1 is for what takes longer than the others, so that no core is idle at the end.</summary>
    public virtual double Rank => 0;

    /// <summary>Why it ended without a result; null where it did not. A method of somebody's own may throw anything, which is named here.</summary>
    public EngramException? Error => thrown is null ? null : thrown as EngramException
        ?? EngramException.Failure("unexpected", $"{thrown.GetType().Name}: {thrown.Message.ReplaceLineEndings(" ")}", thrown);

    /// <summary>Trials by number and name, such as <c>trials 2 (ewc seed 1), 5 (ewc seed 4)</c>; the first few of many.</summary>
    internal static string Named(IReadOnlyCollection<StudyTrial> trials) => $"{(trials.Count == 1 ? "trial" : "trials")} {string.Join(", ", trials.Take(MostNamed).Select(trial => $"{trial.Number} ({trial.Name})"))}"
        + (trials.Count > MostNamed ? $" and {trials.Count - MostNamed} more" : "");

    /// <summary>Takes how it ended.</summary>
    /// <param name="error">What it threw; null where it has a result.</param>
    internal void End(Exception? error) => thrown = error;

    /// <summary>Throws what it ended with, where there is no result.</summary>
    internal void ThrowIfFailed()
    {
        if (thrown is not null) ExceptionDispatchInfo.Throw(thrown);
    }

    /// <summary>Loads the data and checks what only shows with them, so that nothing is written for a trial that cannot begin.</summary>
    /// <exception cref="EngramException">It cannot begin.</exception>
    public virtual void Prepare()
    {
    }

    /// <summary>Does the work, from where it stopped, or reads what is there.</summary>
    /// <param name="progress">Told where it stands.</param>
    /// <param name="cancellation">Stops it after the current step, with everything so far kept.</param>
    /// <exception cref="EngramException">It failed, or what is there is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was stopped and can go on.</exception>
    public abstract void Run(Action<TrialReport> progress, CancellationToken cancellation);
}
