using System.Reflection;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>An architecture with its settings: knows its parameters for given inputs and outputs, and makes networks.</summary>
public abstract class NetworkDefinition
{
    /// <summary>What people call it by: its id, or the type's name where it has none.</summary>
    internal string Id => GetType().GetCustomAttribute<NetworkAttribute>()?.Id ?? GetType().Name;

    /// <summary>Whether its inputs are numbers of words and not numbers that measure something.</summary>
    public virtual bool ReadsWords => false;

    /// <summary>Refuses a stream whose inputs mean something else than this architecture reads.</summary>
    /// <exception cref="EngramException">They do.</exception>
    public void RequireFit(TaskStream stream)
    {
        if (stream.Language is not null && !ReadsWords)
            throw EngramException.Input("network-mismatch", $"The inputs of {stream.Id} are numbers of words, which {Id} would take for amounts; choose a network that reads words, such as memory-network.");
        if (stream.Language is null && ReadsWords)
            throw EngramException.Input("network-mismatch", $"The network {Id} reads stories, but the inputs of {stream.Id} are not words; choose another network, such as mlp.");
    }

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
    public virtual NetworkDefinition Scaled(double factor) => WithWidths(Scale(Widths, factor));

    /// <summary>Units or channels of each hidden layer, from the first: what growth changes. None where the architecture cannot grow.</summary>
    public virtual IReadOnlyList<int> Widths => [];

    /// <summary>
    /// Where the units of hidden layers lie in a piece of the layout. By default weights and biases in turn, one pair for each hidden layer
    /// and then those of the output.
    /// </summary>
    /// <param name="slice">Index of the piece in <see cref="ParameterLayout.Slices"/>.</param>
    public virtual UnitAxes AxesOf(int slice) => new(slice / 2, 1, slice % 2 == 0 ? slice / 2 - 1 : -1);

    /// <summary>The same architecture with other hidden layers. One that can be made deeper has rectified linear units behind every hidden layer.</summary>
    /// <param name="widths">Units or channels of each hidden layer.</param>
    /// <exception cref="EngramException">The architecture has no such layers.</exception>
    public virtual NetworkDefinition WithWidths(IReadOnlyList<int> widths) => widths.Count == 0 ? this
        : throw EngramException.Input("cannot-grow", $"The network {Id} cannot have hidden layers of {string.Join('-', widths)}; choose another network, such as mlp.");

    /// <summary>Width after scaling.</summary>
    private static int[] Scale(IEnumerable<int> widths, double factor)
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

    /// <summary>Most units of a layer, or channels of a convolution.</summary>
    internal const int MaximumWidth = 1 << 16;
}
