namespace Engram.Durable.Access;

/// <summary>What a key lets its holder do; each includes those before it.</summary>
public enum AccessRole
{
    /// <summary>Ask: predictions, tests, history.</summary>
    Read,

    /// <summary>Teach: lessons and right answers.</summary>
    Learn,

    /// <summary>All else: promote, go back, forget, prune, keys.</summary>
    Admin,
}
