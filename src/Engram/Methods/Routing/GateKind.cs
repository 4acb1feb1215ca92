namespace Engram.Methods.Routing;

/// <summary>Who says which expert answers.</summary>
public enum GateKind
{
    /// <summary>The gates: the expert whose autoencoder knows the input best.</summary>
    Learned,

    /// <summary>The task that is given at test time; only in the task scenario.</summary>
    Oracle,
}
