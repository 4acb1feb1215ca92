using TorchSharp;

namespace Engram;

/// <summary>What the numbers are that somebody keeps for each parameter: it decides how they follow when the network grows (<see cref="StateBag.PerParameter"/>).</summary>
public enum ParameterRole
{
    /// <summary>Parameters, or old ones kept as an anchor.</summary>
    Weights,

    /// <summary>Gradients, and sums of them such as an optimizer's momentum.</summary>
    Gradients,

    /// <summary>Squares of gradients, and sums of them such as an optimizer's second moment or the Fisher information while it is measured.</summary>
    SquaredGradients,

    /// <summary>What each parameter contributed to something by moving: sums of gradient times change.</summary>
    Contributions,

    /// <summary>Weights of a quadratic penalty about an anchor.</summary>
    Importances,

    /// <summary>Marks of single parameters, such as frozen ones; bool.</summary>
    Flags,
}

/// <summary>A network that is about to grow, as seen by those that keep something for each of its parameters.</summary>
internal interface IGrowth
{
    /// <summary>The parameters as they are, [P].</summary>
    torch.Tensor Parameters { get; }

    /// <summary>What is kept for each parameter, as it is for the grown network.</summary>
    /// <param name="kept">[P].</param>
    /// <param name="role">What its numbers are.</param>
    /// <returns>[P']; the caller's.</returns>
    torch.Tensor Follow(torch.Tensor kept, ParameterRole role);
}
