namespace Engram.Durable.Storage;

/// <summary>How a version answered the held-out samples of a lesson.</summary>
/// <param name="Version">The version.</param>
/// <param name="Lesson">The lesson.</param>
/// <param name="Samples">How many held-out samples were asked.</param>
/// <param name="Right">How many it answered rightly.</param>
/// <param name="Answers">The class answered for each held-out sample by its number, from 0; -1 for a sample that was not kept.</param>
public sealed record MatrixRow(int Version, int Lesson, int Samples, int Right, int[] Answers);
