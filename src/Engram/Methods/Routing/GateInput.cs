namespace Engram.Methods.Routing;

/// <summary>What the gates look at.</summary>
public enum GateInput
{
    /// <summary>The inputs themselves.</summary>
    Raw,

    /// <summary>The last hidden layer of the run's untrained network, which never changes.</summary>
    Features,
}
