namespace Engram.Experiments.Recipes;

/// <summary>Where a row or a condition of the table of all recipes stands.</summary>
public enum ReproducedState
{
    /// <summary>Run, and as it should be: our mean is in the band, or the condition holds.</summary>
    Inside,

    /// <summary>Run, and not as it should be.</summary>
    Outside,

    /// <summary>Run, and nothing is asked of it; or a condition that the seeds are too few to decide.</summary>
    Measured,

    /// <summary>Not run, or not with all seeds: there was no time.</summary>
    NoTime,

    /// <summary>Not run: the data are not here.</summary>
    NoData,

    /// <summary>Not run: this build cannot.</summary>
    Impossible,

    /// <summary>A run ended with an error.</summary>
    Failed,
}

/// <summary>A row of a recipe in the table of all.</summary>
/// <param name="Recipe">Id of the recipe.</param>
/// <param name="Row">The row beside the paper, from the runs that are there.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Why">Why it was not run, in words; empty where it was, or only time was lacking.</param>
/// <param name="SecondsLeft">What its runs that are not done would take, in seconds; null where all are, or nobody can tell.</param>
public sealed record ReproducedRow(string Recipe, RowOutcome Row, ReproducedState State, string Why, double? SecondsLeft);

/// <summary>A condition of a recipe in the table of all.</summary>
/// <param name="Recipe">Id of the recipe.</param>
/// <param name="Gate">The condition.</param>
/// <param name="State">Where it stands.</param>
public sealed record ReproducedGate(string Recipe, GateOutcome Gate, ReproducedState State);
