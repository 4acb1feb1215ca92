namespace Engram.Durable.Storage;

/// <summary>Whose state it is.</summary>
public enum StateOwner
{
    /// <summary>A version's: all that it takes to go on from it.</summary>
    Version,

    /// <summary>A lesson's: its own sums, apart from all others, so that it can be forgotten exactly.</summary>
    Lesson,

    /// <summary>That of the lesson that is being learned; its number is 0.</summary>
    Unfinished,
}
