namespace Engram.Durable;

/// <summary>What of the data may stay in the file. Whatever is kept is kept as the learner sees it: as features where a frozen network sees for it, never as the files they came from.</summary>
public enum Keep
{
    /// <summary>What was learned from and what is held out: any method can then learn anew without a lesson, and forget exactly.</summary>
    Features,

    /// <summary>Held-out samples alone, by which the gate judges.</summary>
    Tests,

    /// <summary>Nothing: the gate then judges a lesson by its own held-out samples, and nothing older.</summary>
    Nothing,
}
