using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Durable.Gate;

/// <summary>What a version must show on held-out samples before it becomes current.</summary>
public sealed record GateOptions
{
    /// <summary>By how much the accuracy of a lesson or class may fall with one lesson.</summary>
    [Description("by how much the accuracy of a lesson or class may fall with one lesson; 0.02 = 2 points"), Range(0.0, 1.0)]
    public double MaxDrop { get; init; } = 0.02;

    /// <summary>By how much the accuracy of a lesson may fall below what it was right after it was learned, so that small drops do not add up.</summary>
    [Description("by how much the accuracy of a lesson may fall below what it was right after it was learned"), Range(0.0, 1.0)]
    public double MaxDropSinceLearned { get; init; } = 0.05;

    /// <summary>Accuracy that the new lesson must reach. Null asks for more than always answering its most frequent class or, where it has one class, than guessing among all that are known.</summary>
    [Description("accuracy that the new lesson must reach; null = better than always answering its most frequent class, or than guessing where it has one class"), Range(0.0, 1.0)]
    public double? MinNew { get; init; }

    /// <summary>What becomes of a version of which the held-out samples are too few to tell.</summary>
    [Description("pass or fail: what becomes of a version of which the held-out samples are too few to tell")]
    public GateDoubt Doubt { get; init; } = GateDoubt.Pass;

    /// <summary>Level of the intervals; a drop is shown where it would be seen by chance with half of the rest.</summary>
    [Description("level of the intervals of drops"), Range(0.5, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Confidence { get; init; } = 0.95;
}
