namespace Engram.Experiments.Recipes;

/// <summary>A sweep and its points in the order of strength.</summary>
public sealed record SweepOutcome(string Id, string Label, string Setting, IReadOnlyList<SweepPoint> Points);
