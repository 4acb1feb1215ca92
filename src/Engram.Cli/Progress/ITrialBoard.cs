using Engram.Experiments;

namespace Engram.Cli.Progress;

/// <summary>A board about a study's trials, told from several threads.</summary>
internal interface ITrialBoard : IBoard
{
    /// <summary>Says where the results go.</summary>
    void Begin(string place);

    /// <summary>Tells people something before the work begins.</summary>
    void Note(string line);

    /// <summary>What is to be said besides, where trials run elsewhere; empty for nothing.</summary>
    string Beside { get; set; }

    /// <summary>A trial is under way.</summary>
    void Report(StudyTrial trial, TrialReport report);

    /// <summary>A trial has ended, now or before this session.</summary>
    void End(StudyTrial trial);
}
