namespace Engram.Durable.Gate;

/// <summary>What a group of held-out samples was judged by. Accuracies and drops are shares between 0 and 1.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Name of the lesson or class.</param>
/// <param name="Samples">Held-out samples.</param>
/// <param name="Before">Accuracy before; null for the new lesson.</param>
/// <param name="After">Accuracy of the candidate; null without samples.</param>
/// <param name="Drop">The difference; null for the new lesson.</param>
/// <param name="Low">Lower end of the interval of the drop, or of the new lesson's accuracy; null without samples.</param>
/// <param name="High">Upper end.</param>
/// <param name="Limit">The largest drop allowed, or the accuracy that the new lesson must exceed.</param>
/// <param name="P">Probability of such a drop if the true one were the limit, corrected over the groups of its kind (Holm); for the new lesson, of such an accuracy if the true one were the limit. Null without samples.</param>
/// <param name="McNemar">Exact McNemar p against no difference, corrected likewise; null for the new lesson and without samples.</param>
/// <param name="Verdict">What the gate says of it.</param>
public sealed record GateGroup(
    GateGroupKind Kind, string Name, int Samples, double? Before, double? After, double? Drop, double? Low, double? High, double Limit, double? P, double? McNemar, GateOutcome Verdict);
