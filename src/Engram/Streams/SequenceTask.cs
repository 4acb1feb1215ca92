namespace Engram.Streams;

/// <summary>One task of a stream of generated sequences.</summary>
/// <param name="Name">What a reader sees, such as <c>length 3</c>.</param>
/// <param name="Steps">Most steps of a sequence, its question included.</param>
/// <param name="Contents">How many different things there are to be remembered.</param>
/// <param name="Draw">Draws a sequence, all of them with the same probability.</param>
public sealed record SequenceTask(string Name, int Steps, double Contents, Func<RandomSource, Sequence> Draw);
