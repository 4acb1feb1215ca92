namespace Engram.Methods.Generative;

/// <summary>What FearNet's memories hold.</summary>
public enum MemoryInputs
{
    /// <summary>The stream's inputs as they are; the run's network is the long-term memory.</summary>
    Raw,

    /// <summary>Features of the run's network, which learns the first task and is frozen then.</summary>
    Features,
}
