namespace Engram.Durable.Gate;

/// <summary>What becomes of a version of which the held-out samples are too few to tell.</summary>
public enum GateDoubt
{
    /// <summary>It is promoted.</summary>
    Pass,

    /// <summary>It is refused.</summary>
    Fail,
}
