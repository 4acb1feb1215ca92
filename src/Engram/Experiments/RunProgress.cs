namespace Engram.Experiments;

/// <summary>What a run is doing.</summary>
public enum RunPhase
{
    /// <summary>Steps of training.</summary>
    Training,

    /// <summary>The method's own work at the end of a task.</summary>
    Consolidating,

    /// <summary>A row of the matrix.</summary>
    Evaluating,

    /// <summary>Nothing more to do.</summary>
    Done,
}

/// <summary>Where a run stands.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Task">Number of the task, from 1; 0 before the first.</param>
/// <param name="TaskName">Its name.</param>
/// <param name="TaskCount">How many tasks there are.</param>
/// <param name="Epoch">Epoch within the task, from 1.</param>
/// <param name="Epochs">Epochs of the task.</param>
/// <param name="Fraction">Share of the whole run that is done, 0 to 1.</param>
/// <param name="Loss">Mean loss since the last report; null outside training.</param>
/// <param name="Row">The last finished row of the matrix; null before there is one.</param>
public sealed record RunProgress(RunPhase Phase, int Task, string TaskName, int TaskCount, int Epoch, int Epochs, double Fraction, double? Loss, double[]? Row);
