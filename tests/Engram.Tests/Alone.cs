namespace Engram.Tests;

/// <summary>Tests that count live tensors, a number of the whole process, run while no other test does: <c>[Collection(nameof(Alone))]</c>.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
