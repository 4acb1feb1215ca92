namespace Engram.Experiments.Recipes;

/// <summary>A condition between rows and whether it holds.</summary>
/// <param name="Says">In words.</param>
/// <param name="Condition">As the recipe writes it.</param>
/// <param name="EverySeed">Whether it is asked of every seed.</param>
/// <param name="Comparison">The sign between its sides.</param>
/// <param name="Left">Left side: of the means, or of the seed with the smallest margin; null where a run is missing.</param>
/// <param name="Right">Right side.</param>
/// <param name="Holds">The verdict; false where a run is missing.</param>
public sealed record GateOutcome(string Says, string Condition, bool EverySeed, string Comparison, double? Left, double? Right, bool Holds);
