namespace Engram.Graphs;

/// <summary>What an operation of a graph takes or gives; it belongs to the graph that made it.</summary>
/// <param name="Number">From 0, in the order of making.</param>
public readonly record struct GraphValue(int Number);
