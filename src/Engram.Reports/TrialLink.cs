using Engram.Experiments;

namespace Engram.Reports;

/// <summary>A run behind a reproduction, for the list of runs.</summary>
/// <param name="Result">What it gave.</param>
/// <param name="Folder">Its folder, relative to the page.</param>
/// <param name="Label">Name of its row.</param>
public sealed record TrialLink(RunResult Result, string Folder, string Label);
