namespace Engram.Durable.Gate;

/// <summary>What the gate judges: how the candidate and the versions before it answered the same held-out samples.</summary>
public sealed record GateEvidence
{
    /// <summary>Earlier lessons, the current version against the candidate. Empty with the first lesson; a lesson of which no held-out samples are kept has an outcome of 0 samples.</summary>
    public IReadOnlyList<PairedGroup> Lessons { get; init; } = [];

    /// <summary>Classes over all lessons, the current version against the candidate.</summary>
    public IReadOnlyList<PairedGroup> Classes { get; init; } = [];

    /// <summary>Earlier lessons, the version that was current right after each was learned against the candidate.</summary>
    public IReadOnlyList<PairedGroup> SinceLearned { get; init; } = [];

    /// <summary>The new lesson; null where a version was made without one.</summary>
    public NewLessonOutcome? NewLesson { get; init; }
}

/// <summary>A lesson or class and how its held-out samples were answered.</summary>
/// <param name="Name">Such as <c>october</c> or <c>scratch</c>.</param>
/// <param name="Outcome">How.</param>
public sealed record PairedGroup(string Name, PairedOutcome Outcome);
