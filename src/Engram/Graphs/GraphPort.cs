namespace Engram.Graphs;

/// <summary>A value that goes into a graph or comes out of it.</summary>
/// <param name="Name">What its user calls it, such as a column's name.</param>
/// <param name="Value">The value.</param>
/// <param name="Type">What it is made of.</param>
/// <param name="Shape">Shape of one sample's; before it stands the number of samples, which is free.</param>
/// <param name="Meaning">A sentence for its user.</param>
public sealed record GraphPort(string Name, GraphValue Value, GraphType Type, IReadOnlyList<long> Shape, string Meaning);
