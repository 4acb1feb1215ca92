using Engram.Durable;

namespace Engram.Fleet;

/// <summary>What became of a lesson.</summary>
/// <param name="Number">From 1, in the order of learning.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that it made.</param>
/// <param name="Promoted">Whether that version was let through.</param>
/// <param name="Verdict">What the gate said, in a sentence.</param>
/// <param name="WasLearned">Whether the same lesson had been learned before, and nothing was done now.</param>
[GenerateSerializer, Immutable, Alias("engram.lesson")]
public sealed record FleetLesson([property: Id(0)] int Number, [property: Id(1)] string Name, [property: Id(2)] int Version, [property: Id(3)] bool Promoted, [property: Id(4)] string Verdict, [property: Id(5)] bool WasLearned)
{
    internal static FleetLesson Of(Lesson lesson) => new(lesson.Number, lesson.Name, lesson.Version, lesson.Promoted, lesson.Verdict.Sentence, lesson.WasLearned);
}
