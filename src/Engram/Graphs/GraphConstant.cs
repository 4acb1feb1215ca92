namespace Engram.Graphs;

/// <summary>A value that never changes.</summary>
/// <param name="Value">The value.</param>
/// <param name="Type">What it is made of.</param>
/// <param name="Shape">Its shape; empty for one number.</param>
/// <param name="Bytes">Its numbers, little-endian, row by row; empty where it is made of texts.</param>
/// <param name="Texts">Its texts; empty where it is made of numbers.</param>
public sealed record GraphConstant(GraphValue Value, GraphType Type, IReadOnlyList<long> Shape, byte[] Bytes, IReadOnlyList<string> Texts);
