using Engram.Graphs;

namespace Engram.Networks;

/// <summary>What a network computes, as values of a graph.</summary>
/// <param name="Features">What goes into its output layer, [n, features], as <see cref="Network.Features"/> gives it.</param>
/// <param name="Outputs">Its outputs, [n, outputs], as <see cref="Network.Predict"/> gives them.</param>
public sealed record NetworkValues(GraphValue Features, GraphValue Outputs);
