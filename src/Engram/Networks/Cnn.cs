using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A small convolutional network: a 5x5 convolution that halves the image, 3x3 convolutions that keep its size, rectified linear
/// units after each, and one dense layer.
/// </summary>
[Network("cnn", Summary = "small convolutional network for images of at least 12x12", Family = "convolutional")]
public sealed class Cnn : NetworkDefinition
{
    private const long SmallestImage = 12;

    /// <summary>The architecture with these settings.</summary>
    /// <exception cref="EngramException">There are no channels, or a number of channels is out of range.</exception>
    public Cnn(Options options)
    {
        CheckWidths("channels", options.Channels);
        if (options.Channels.Length == 0) throw EngramException.Input("out-of-range", "network.channels is empty but needs one number per convolution; for example network.channels=16,32.");
        Settings = options;
    }

    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs)
    {
        var (channels, height, width) = Image(inputShape);
        List<(string, long[])> parameters = [];
        for (int i = 0; i < Settings.Channels.Length; i++)
        {
            long kernel = Window(i).Kernel;
            parameters.Add(($"{2 * i}.weight", [Settings.Channels[i], i == 0 ? channels : Settings.Channels[i - 1], kernel, kernel]));
            parameters.Add(($"{2 * i}.bias", [Settings.Channels[i]]));
        }
        int dense = 2 * Settings.Channels.Length + 1;
        parameters.Add(($"{dense}.weight", [outputs, Settings.Channels[^1] * Halved(height) * Halved(width)]));
        parameters.Add(($"{dense}.bias", [outputs]));
        return new(parameters);
    }

    /// <inheritdoc/>
    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        var (channels, height, width) = Image(inputShape);
        List<nn.Module<Tensor, Tensor>> layers = [];
        foreach (int count in Settings.Channels)
        {
            var (kernel, stride, padding) = Window(layers.Count / 2);
            layers.Add(nn.Conv2d(layers.Count == 0 ? channels : Settings.Channels[layers.Count / 2 - 1], count, kernel, stride: stride, padding: padding));
            layers.Add(nn.ReLU());
        }
        layers.Add(nn.Flatten());
        layers.Add(nn.Linear(Settings.Channels[^1] * Halved(height) * Halved(width), outputs));
        ModuleNetwork network = new(new LayerChain([.. layers]), inputShape, outputs, device, moduleInputShape: [channels, height, width]);
        InitialParameters.Draw(network, Settings.Init, Settings.ZeroOutput, seed);
        return network;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths => Settings.Channels;

    /// <inheritdoc/>
    public override NetworkDefinition WithWidths(IReadOnlyList<int> widths) => new Cnn(Settings with { Channels = [.. widths] });

    /// <summary>Side, step and border of a convolution's window.</summary>
    /// <param name="layer">Index of the convolution, from 0.</param>
    internal static (long Kernel, long Stride, long Padding) Window(int layer) => layer == 0 ? (5, 2, 0) : (3, 1, 1);

    // Side of the image after a 5x5 window that moves by 2.
    private static long Halved(long side) => (side - 5) / 2 + 1;

    /// <summary>An input's shape as that of an image.</summary>
    /// <exception cref="EngramException">It is none, or too small.</exception>
    internal static (long Channels, long Height, long Width) Image(IReadOnlyList<long> shape) => shape switch
    {
        [var channels, >= SmallestImage and var height, >= SmallestImage and var width] => (channels, height, width),
        _ => throw EngramException.Input("network-mismatch",
            $"The network cnn needs images [channels, height, width] of at least {SmallestImage}x{SmallestImage}, but the inputs have the shape {FlatVector.Shape(shape)}; choose another network, such as mlp, or lstm for sequences."),
    };

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Channels of each convolution, each 1 to 65536.</summary>
        [Description("channels of each convolution"), Range(1, MaximumWidth)]
        public int[] Channels { get; init; } = [16, 32];

        /// <summary>What the first weights are drawn from.</summary>
        [Description("what the first weights are drawn from")]
        public Initialization Init { get; init; } = Initialization.Pytorch;

        /// <summary>The output layer starts at zero, so that an untrained network gives every class the same probability.</summary>
        [Description("the output layer starts at zero")]
        public bool ZeroOutput { get; init; }
    }
}
