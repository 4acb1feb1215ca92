using Engram.Evaluation;

namespace Engram.Experiments.Recipes;

/// <summary>One strength of a sweep.</summary>
/// <param name="Value">The strength.</param>
/// <param name="Accuracy">Mean accuracy at the end.</param>
/// <param name="Forgetting">Mean forgetting; null for one task.</param>
/// <param name="Intransigence">Mean intransigence; null without a reference.</param>
public sealed record SweepPoint(double Value, SampleStatistics Accuracy, SampleStatistics? Forgetting, SampleStatistics? Intransigence);
