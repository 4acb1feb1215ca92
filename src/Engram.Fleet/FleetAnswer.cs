using Engram.Durable;

namespace Engram.Fleet;

/// <summary>A learner's answer to one input, as it goes from process to process.</summary>
/// <param name="Label">The class with the highest probability.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="IsKnown">Whether the input is like those of the class it was given; where not, it may be none of the learner's classes.</param>
/// <param name="Version">Number of the version that answered.</param>
[GenerateSerializer, Immutable, Alias("engram.answer")]
public sealed record FleetAnswer([property: Id(0)] string Label, [property: Id(1)] float Probability, [property: Id(2)] bool IsKnown, [property: Id(3)] int Version)
{
    internal static FleetAnswer[] Of(IReadOnlyList<Answer> answers)
    {
        FleetAnswer[] given = new FleetAnswer[answers.Count];
        for (int i = 0; i < given.Length; i++) given[i] = new(answers[i].Label, answers[i].Probability, answers[i].IsKnown, answers[i].Version);
        return given;
    }
}
