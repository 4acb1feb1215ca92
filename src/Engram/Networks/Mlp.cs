using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>Dense layers with rectified linear units between them. On the CPU it is a <see cref="Perceptron"/>, elsewhere a <see cref="ModuleNetwork"/>.</summary>
[Network("mlp", Summary = "dense layers with rectified linear units; any widths", Family = "dense")]
public sealed class Mlp : NetworkDefinition
{
    /// <summary>The architecture with these settings.</summary>
    /// <exception cref="EngramException">A width is out of range.</exception>
    public Mlp(Options options)
    {
        CheckWidths("hidden", options.Hidden);
        Settings = options;
    }

    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) => Perceptron.LayoutOf(inputShape, Settings.Hidden, outputs);

    /// <inheritdoc/>
    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        Network network = device.type == DeviceType.CPU
            ? new Perceptron(inputShape, Settings.Hidden, outputs)
            : CreateModule(inputShape, outputs, device);
        InitialParameters.Draw(network, Settings.Init, Settings.ZeroOutput, seed);
        return network;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths => Settings.Hidden;

    /// <inheritdoc/>
    public override NetworkDefinition WithWidths(IReadOnlyList<int> widths) => new Mlp(Settings with { Hidden = [.. widths] });

    /// <summary>The same network on TorchSharp's layers, with all parameters still zero.</summary>
    internal ModuleNetwork CreateModule(IReadOnlyList<long> inputShape, int outputs, Device device)
    {
        long inputs = inputShape.Aggregate(1L, (product, size) => product * size);
        List<nn.Module<Tensor, Tensor>> layers = [];
        foreach (int width in Settings.Hidden)
        {
            layers.Add(nn.Linear(layers.Count == 0 ? inputs : Settings.Hidden[layers.Count / 2 - 1], width));
            layers.Add(nn.ReLU());
        }
        layers.Add(nn.Linear(Settings.Hidden.Length == 0 ? inputs : Settings.Hidden[^1], outputs));
        return new(new LayerChain([.. layers]), inputShape, outputs, device, moduleInputShape: [inputs]);
    }

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Units of each hidden layer, each 1 to 65536; none gives a linear model.</summary>
        [Description("units of each hidden layer; none gives a linear model"), Range(1, MaximumWidth)]
        public int[] Hidden { get; init; } = [400, 400];

        /// <summary>What the first weights are drawn from.</summary>
        [Description("what the first weights are drawn from")]
        public Initialization Init { get; init; } = Initialization.Pytorch;

        /// <summary>The output layer starts at zero, so that an untrained network gives every class the same probability.</summary>
        [Description("the output layer starts at zero")]
        public bool ZeroOutput { get; init; }
    }
}
