using Engram.Methods;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.TaskOrder;

/// <summary>A small network on frozen features, learned from few samples by Adam and the cross-entropy.</summary>
internal sealed class Readout : IDisposable
{
    private readonly Network network;

    /// <summary>Learns. First weights and batches depend on the seed only, so sources are compared with everything else equal.</summary>
    /// <param name="features">[samples, features], on the device.</param>
    /// <param name="targets">[samples], int64, from 0.</param>
    /// <param name="outputs">Number of answers.</param>
    /// <param name="hidden">Units of the hidden layers.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="seed">Of this target.</param>
    public Readout(Tensor features, Tensor targets, int outputs, int[] hidden, AffinityOptions options, Seed seed)
    {
        network = new Mlp(new() { Hidden = hidden }).Create([features.shape[1]], outputs, seed, features.device);
        new InnerTraining(options.Epochs, options.Batch, epoch => seed.For("order", 0, epoch)).Classify(network, options.LearningRate, features, targets);
    }

    /// <summary>Logits, [batch, outputs]; valid until the next call.</summary>
    public Tensor Predict(Tensor features) => network.Predict(features);

    public void Dispose() => network.Dispose();
}
