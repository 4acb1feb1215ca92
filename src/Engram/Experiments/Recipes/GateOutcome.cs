using System.Text.Json.Serialization;

namespace Engram.Experiments.Recipes;

/// <summary>A condition between rows and whether it holds.</summary>
/// <param name="Says">In words.</param>
/// <param name="Condition">As the recipe writes it.</param>
/// <param name="EverySeed">Whether it is asked of every seed.</param>
/// <param name="Clear">Whether it must hold beyond chance.</param>
/// <param name="Comparison">The sign between its sides.</param>
/// <param name="Left">Left side: of the means, or of the seed with the smallest margin; null where a run is missing.</param>
/// <param name="Right">Right side.</param>
/// <param name="P">Probability of such a margin, or a larger one, by chance alone, where it must hold beyond that; null where that is not asked, or noise is unknown.</param>
/// <param name="Holds">The verdict; false where a run is missing, null where chance must be ruled out and the seeds are too few to say.</param>
public sealed record GateOutcome(string Says, string Condition, bool EverySeed, bool Clear, string Comparison, double? Left, double? Right, double? P, bool? Holds)
{
    /// <summary>The verdict in one word.</summary>
    [JsonIgnore]
    public string Word => this switch { { Left: null } => "run missing", { Holds: null } => "too few seeds", { Holds: true } => "holds", { Clear: true, Margin: > 0 } => "not clear", _ => "broken" };

    private double? Margin => Comparison[0] == '>' ? Left - Right : Right - Left;
}
