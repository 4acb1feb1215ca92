using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>An architecture with its settings: knows its parameters for given inputs and outputs, and makes networks.</summary>
public abstract class NetworkDefinition
{
    /// <summary>Names and shapes of the parameters, without making a network.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="outputs">Number of logits, at least 1.</param>
    /// <exception cref="EngramException">The architecture cannot take such inputs.</exception>
    public abstract ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs);

    /// <summary>Makes a network whose first numbers come from the seed's generator <c>init</c>: the same on every engine and device.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="outputs">Number of logits, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <exception cref="EngramException">The architecture cannot take such inputs.</exception>
    public abstract Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device);

    /// <summary>The same architecture with every hidden width multiplied, rounded, and at least 1: a smaller or larger network of its kind.</summary>
    /// <param name="factor">Greater than 0.</param>
    public abstract NetworkDefinition Scaled(double factor);

    /// <summary>Width after scaling.</summary>
    private protected static int[] Scale(IEnumerable<int> widths, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return [.. widths.Select(width => Math.Max(1, (int)Math.Round(width * factor)))];
    }

    /// <summary>Settings that the attributes of an options record cannot check.</summary>
    private protected static void CheckWidths(string setting, IEnumerable<int> widths)
    {
        if (widths.Any(width => width is < 1 or > MaximumWidth))
            throw EngramException.Input("out-of-range", $"network.{setting} is {string.Join(",", widths)} but each number must be 1 to {MaximumWidth}; for example network.{setting}=400,400.");
    }

    /// <summary>Units or channels that one layer may have.</summary>
    private protected const int MaximumWidth = 1 << 16;
}
