namespace Engram.Graphs;

/// <summary>An operation on values.</summary>
/// <param name="Operation">Its name in ONNX, behind the name of its domain where that is not the usual one, such as <c>ai.onnx.ml.LabelEncoder</c>.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Output">The one of its outputs that is wanted.</param>
/// <param name="Place">Which of its outputs that is, from 0.</param>
/// <param name="Attributes">Its settings by name, each a <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, or an array of <see cref="long"/> or <see cref="string"/>.</param>
public sealed record GraphNode(string Operation, IReadOnlyList<GraphValue> Inputs, GraphValue Output, int Place, IReadOnlyList<(string Name, object Setting)> Attributes);
