namespace Engram.Durable.Storage;

/// <summary>What the learner was at one moment.</summary>
/// <param name="Number">From 1, in the order in which versions were made; never used twice.</param>
/// <param name="Parent">The version it came from; 0 for none.</param>
/// <param name="Lesson">The lesson that made it; 0 for a version that was made by forgetting or learning anew.</param>
/// <param name="Created">When.</param>
/// <param name="Promoted">When it first became current; null for a candidate that was refused.</param>
/// <param name="Verdict">What the gate said, as JSON.</param>
/// <param name="Metrics">Threshold of what is known, seconds, remarks, as JSON.</param>
/// <param name="Header">What a learner of its form is made from, as JSON.</param>
/// <param name="Values">Its state's values, as JSON.</param>
/// <param name="State">How many names its state has; 0 once it was pruned or dropped.</param>
/// <param name="Removed">When its state was removed; null while it is there.</param>
public sealed record VersionRow(int Number, int Parent, int Lesson, DateTimeOffset Created, DateTimeOffset? Promoted, string Verdict, string Metrics, string Header, string Values, int State, DateTimeOffset? Removed);
