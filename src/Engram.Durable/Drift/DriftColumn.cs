namespace Engram.Durable.Drift;

/// <summary>How a column, or one of other features, changed.</summary>
/// <param name="Name">Its name; that of its place, from 1, where it has none.</param>
/// <param name="Distance">Kolmogorov and Smirnov's D, 0 to 1.</param>
/// <param name="P">Corrected for all columns (Holm).</param>
/// <param name="Shift">By how many deviations of what was learned its mean moved; null where it never differed in what was learned.</param>
/// <param name="Spread">Today's deviation over that of what was learned; null likewise.</param>
public sealed record DriftColumn(string Name, double Distance, double P, double? Shift, double? Spread);
