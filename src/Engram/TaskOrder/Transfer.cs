using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>What some sources do for a target.</summary>
/// <param name="Sources">Indices of the sources in the natural order, one or two.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Accuracy">Of a read-out on the frozen encoders, learned from few samples; over seeds.</param>
/// <param name="Gain">Share of the way from a random encoder (0) to full training (1); null where full training is not clearly better than a random encoder.</param>
/// <param name="Affinity">Priority among all sources of the target, their sum 1; null where the source is the target itself.</param>
public sealed record Transfer(int[] Sources, int Target, SampleStatistics Accuracy, double? Gain, double? Affinity)
{
    /// <summary>Lower end of the gain's interval, as wide as the correction asks; null where noise is unknown or too large, and where the source is the target itself.</summary>
    public double? GainLow { get; init; }

    /// <summary>Upper end of the interval.</summary>
    public double? GainHigh { get; init; }

    /// <summary>Probability of such a difference from the random encoder, or a larger one, by chance alone, after Holm's correction for all transfers; null where noise is unknown, and where the source is the target itself.</summary>
    public double? P { get; init; }

    /// <summary>Whether the sources help or harm more than chance explains, and by how much is known.</summary>
    public bool IsClear => GainLow is not null && P < DifferenceTest.Level;
}
