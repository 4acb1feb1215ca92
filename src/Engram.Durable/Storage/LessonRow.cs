namespace Engram.Durable.Storage;

/// <summary>A lesson that was learned.</summary>
/// <param name="Number">From 1, in the order of learning.</param>
/// <param name="Name">Such as <c>november</c>; no two lessons have the same.</param>
/// <param name="Learned">When.</param>
/// <param name="Source">Where its data came from.</param>
/// <param name="Samples">How many it was learned from.</param>
/// <param name="Tested">How many were held out.</param>
/// <param name="Held">How many of those are kept.</param>
/// <param name="Kept">How many of those it was learned from are kept.</param>
/// <param name="Digest">Of its data, 64 hexadecimal digits: the same data have the same.</param>
/// <param name="Classes">Samples of each class it was learned from and held out, as JSON.</param>
/// <param name="Forgotten">When it was forgotten; null where it was not.</param>
public sealed record LessonRow(int Number, string Name, DateTimeOffset Learned, string Source, int Samples, int Tested, int Held, int Kept, string Digest, string Classes, DateTimeOffset? Forgotten);
