namespace Engram.Experiments;

/// <summary>Who is told what happens to trials, from several threads.</summary>
public sealed record StudyWatch
{
    /// <summary>Told where each trial stands.</summary>
    public Action<StudyTrial, TrialReport>? Progress { get; init; }

    /// <summary>Told each trial that ends, with a result or an error.</summary>
    public Action<StudyTrial>? Ended { get; init; }
}
