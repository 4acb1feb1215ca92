using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
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
        using Optimizer optimizer = new Adam(new()) { LearningRate = options.LearningRate };
        using Tensor gradient = zeros_like(network.Parameters);
        int count = (int)features.shape[0];
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            long[] order = [.. seed.For("order", 0, epoch).Permutation(count).Select(index => (long)index)];
            for (int first = 0; first < count; first += options.Batch)
            {
                using var scope = NewDisposeScope();
                using var noGraph = no_grad();
                Tensor chosen = tensor(order[first..Math.Min(count, first + options.Batch)], device: features.device);
                Objective objective = Objective.CrossEntropy(network.Forward(features.index_select(0, chosen)), targets.index_select(0, chosen));
                network.Backward(objective.Gradient, gradient);
                optimizer.Step(network.Parameters, gradient);
            }
        }
    }

    /// <summary>Logits, [batch, outputs]; valid until the next call.</summary>
    public Tensor Predict(Tensor features) => network.Predict(features);

    public void Dispose() => network.Dispose();
}
