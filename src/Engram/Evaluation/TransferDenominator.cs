namespace Engram.Evaluation;

/// <summary>What the sums of backward and forward transfer are divided by. Compare only numbers with the same denominator.</summary>
public enum TransferDenominator
{
    /// <summary>T - 1, the number of summands, as the formulas of the GEM paper say.</summary>
    TasksMinusOne,

    /// <summary>T, as the published code of GEM does and the numbers printed with it.</summary>
    Tasks,
}
