namespace Engram.Methods.Rehearsal;

/// <summary>Which samples stay when there is not room for all.</summary>
public enum MemoryRule
{
    /// <summary>Every sample seen so far is kept with the same probability.</summary>
    Reservoir,

    /// <summary>The last samples of each task, with equal room for each.</summary>
    Ring,

    /// <summary>Equally many samples of each class of each task, drawn at random.</summary>
    ClassBalanced,

    /// <summary>Equally many samples of each task, drawn at random.</summary>
    TaskBalanced,
}
