using System.ComponentModel;

namespace Engram.Experiments.Recipes;

/// <summary>What must hold between rows, such as <c>ewc - fine-tuning &gt;= 0.08</c>.</summary>
public sealed record RecipeGate
{
    /// <summary>The condition; see <see cref="GateCondition"/>.</summary>
    [Description("what must hold, such as ewc - fine-tuning >= 0.08")]
    public string Holds { get; init; } = "";

    /// <summary>The same in words, and why.</summary>
    [Description("the same in words")]
    public string Says { get; init; } = "";

    /// <summary>Whether it must hold for every seed and not only for the means.</summary>
    [Description("must hold for every seed, not only for the means")]
    public bool EverySeed { get; init; }

    /// <summary>Whether it must hold beyond chance: Student's t over the seeds, paired, at the level of <see cref="Evaluation.DifferenceTest"/>.</summary>
    [Description("must hold beyond chance: a paired t test over the seeds")]
    public bool Clear { get; init; }
}
