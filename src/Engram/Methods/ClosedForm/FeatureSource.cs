namespace Engram.Methods.ClosedForm;

/// <summary>What a method in closed form learns from.</summary>
public enum FeatureSource
{
    /// <summary>The inputs themselves, flattened.</summary>
    Input,

    /// <summary>The last hidden layer of the run's network, which learns the first task by gradient and is frozen then.</summary>
    Network,
}
