namespace Engram.Training;

/// <summary>How the accuracy on a task's validation data has gone, epoch by epoch.</summary>
internal sealed record ValidationWatch
{
    /// <summary>The best accuracy so far; -1 before the first epoch.</summary>
    public double Best { get; init; } = -1;

    /// <summary>Epochs since the best one.</summary>
    public int Without { get; init; }

    /// <summary>How often the accuracy had not risen for so many epochs that the step size was halved.</summary>
    public int Plateaus { get; init; }

    /// <summary>Epochs that count towards the next halving.</summary>
    public int Waiting { get; init; }

    /// <summary>After one more epoch.</summary>
    /// <param name="accuracy">On the validation data.</param>
    /// <param name="halveAfter">Epochs without a gain that make a plateau.</param>
    public ValidationWatch After(double accuracy, int halveAfter)
    {
        if (accuracy > Best) return this with { Best = accuracy, Without = 0, Waiting = 0 };
        bool halves = halveAfter > 0 && Waiting + 1 >= halveAfter;
        return this with { Without = Without + 1, Waiting = halves ? 0 : Waiting + 1, Plateaus = Plateaus + (halves ? 1 : 0) };
    }
}
