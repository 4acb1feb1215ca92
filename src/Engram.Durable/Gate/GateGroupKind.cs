namespace Engram.Durable.Gate;

/// <summary>What a group of held-out samples is.</summary>
public enum GateGroupKind
{
    /// <summary>Those of an earlier lesson, against the version that is current.</summary>
    Lesson,

    /// <summary>Those of a class in all lessons, against the version that is current.</summary>
    Class,

    /// <summary>Those of an earlier lesson, against the version that was current right after it was learned.</summary>
    SinceLearned,

    /// <summary>Those of the lesson that was just learned.</summary>
    NewLesson,
}
