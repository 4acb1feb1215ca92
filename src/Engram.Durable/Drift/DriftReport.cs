namespace Engram.Durable.Drift;

/// <summary>Whether today's inputs look like what was learned.</summary>
/// <param name="Reference">Held-out samples of what was learned.</param>
/// <param name="Today">Inputs that were compared with them.</param>
/// <param name="Drifted">Whether any difference is more than chance.</param>
/// <param name="Findings">What differs, a sentence each; empty where nothing does.</param>
/// <param name="Advice">What to do, a sentence each.</param>
/// <param name="Columns">All columns, those that changed most first.</param>
/// <param name="TogetherP">P of all columns at once; null where there are too few samples.</param>
/// <param name="UnknownP">P of the share of unknown inputs; null where it was not asked.</param>
/// <param name="Visible">Shift of one column, in deviations, that would have been seen four times in five; null where none would.</param>
public sealed record DriftReport(
    int Reference, int Today, bool Drifted, IReadOnlyList<string> Findings, IReadOnlyList<string> Advice, IReadOnlyList<DriftColumn> Columns, double? TogetherP, double? UnknownP, double? Visible);
