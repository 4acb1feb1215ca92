namespace Engram.Experiments.Recipes;

/// <summary>What of a recipe is run.</summary>
/// <param name="Quick">Whether the reduced profile takes the place of the full protocol.</param>
/// <param name="Seeds">How many seeds; null takes the recipe's number.</param>
/// <param name="Rows">Names of rows, with * for any part of a name; null takes all of the profile.</param>
public sealed record ReproductionScope(bool Quick = false, int? Seeds = null, IReadOnlyList<string>? Rows = null);
