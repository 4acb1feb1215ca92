namespace Engram.Durable.Gate;

/// <summary>What the gate says of a group of held-out samples, or of all of them.</summary>
public enum GateOutcome
{
    /// <summary>It is shown to be within the limit.</summary>
    Passed,

    /// <summary>It is shown to be beyond the limit.</summary>
    Failed,

    /// <summary>The samples are too few for either.</summary>
    CannotTell,

    /// <summary>There are no held-out samples, or nothing that could be wrong.</summary>
    NotJudged,
}
