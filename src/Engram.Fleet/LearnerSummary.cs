using Engram.Durable;

namespace Engram.Fleet;

/// <summary>What a learner is, in short.</summary>
/// <param name="Version">Number of the version that answers; 0 before there is one.</param>
/// <param name="Method">Id of the method; empty before the first lesson.</param>
/// <param name="Classes">Names of the classes that the version knows.</param>
/// <param name="Lessons">Names of the lessons, in the order of learning.</param>
/// <param name="Promoted">Numbers of the versions that answer now or once did, in order.</param>
[GenerateSerializer, Immutable, Alias("engram.summary")]
public sealed record LearnerSummary([property: Id(0)] int Version, [property: Id(1)] string Method, [property: Id(2)] string[] Classes, [property: Id(3)] string[] Lessons, [property: Id(4)] int[] Promoted)
{
    internal static LearnerSummary Of(LearnerHistory history) => new(history.Current, history.Method, [.. history.Classes.Where(one => one.IsKnown).Select(one => one.Name)], [.. history.Lessons.Select(one => one.Name)],
        [.. history.Versions.Where(one => one.Promoted is not null).Select(one => one.Number)]);
}
