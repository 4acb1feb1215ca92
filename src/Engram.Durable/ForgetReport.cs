namespace Engram.Durable;

/// <summary>What forgetting has done.</summary>
/// <param name="Lessons">Names of the lessons concerned.</param>
/// <param name="Version">The version that answers now.</param>
/// <param name="Exactness">How exact it is.</param>
/// <param name="RemovedSamples">Kept and held-out samples that were removed.</param>
/// <param name="RemovedVersions">Versions that knew it, whose state was removed.</param>
/// <param name="RemovedFeedback">Right answers that were not learned yet and were removed, since they named the class.</param>
/// <param name="Sentence">What it means, for people.</param>
public sealed record ForgetReport(IReadOnlyList<string> Lessons, int Version, Exactness Exactness, int RemovedSamples, IReadOnlyList<int> RemovedVersions, int RemovedFeedback, string Sentence);

/// <summary>How exactly something was forgotten.</summary>
public enum Exactness
{
    /// <summary>The learner answers as if it had never learned it.</summary>
    Exact,

    /// <summary>It was learned anew from what is kept of the other lessons, so nothing of it is left.</summary>
    LearnedAnew,

    /// <summary>Its samples are gone, but the weights still carry what was learned from them.</summary>
    SamplesOnly,
}
