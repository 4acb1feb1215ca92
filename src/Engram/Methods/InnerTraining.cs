using Engram.Answering;
using Engram.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>How a network beside the one that a run trains learns, within a hook: epochs over samples in a random order, a step of the optimizer for each batch.</summary>
/// <param name="Epochs">Passes over them.</param>
/// <param name="Batch">Samples per step; the last step of an epoch has what is left.</param>
/// <param name="OrderOf">Generator of an epoch's order.</param>
internal sealed record InnerTraining(int Epochs, int Batch, Func<int, RandomSource> OrderOf)
{
    /// <summary>Trains to the end.</summary>
    /// <param name="network">What learns.</param>
    /// <param name="optimizer">What moves its parameters.</param>
    /// <param name="samples">How many there are.</param>
    /// <param name="findGradient">Told which samples make up the batch, runs the network on them and finds its gradient, [P]; in a scope of the step's own.</param>
    public void Run(Network network, Optimizer optimizer, int samples, Action<int[], Tensor> findGradient)
    {
        using Tensor gradient = zeros_like(network.Parameters).DetachFromDisposeScope();
        using var constant = no_grad();
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (int[] chosen in OrderOf(epoch).Permutation(samples).Chunk(Batch))
            {
                using var scope = NewDisposeScope();
                findGradient(chosen, gradient);
                optimizer.Step(network.Parameters, gradient);
            }
        }
    }

    /// <summary>Trains a classifier by Adam and the cross-entropy to the end.</summary>
    /// <param name="network">What learns.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="inputs">[samples, inputs...], on the network's device.</param>
    /// <param name="targets">[samples], int64.</param>
    /// <param name="mask">Added to the logits, 0 or minus infinity; null where all outputs compete.</param>
    public void Classify(Network network, double learningRate, Tensor inputs, Tensor targets, Tensor? mask = null)
    {
        using Adam adam = new(new()) { LearningRate = learningRate };
        Run(network, adam, checked((int)inputs.shape[0]), (chosen, gradient) =>
        {
            Tensor index = tensor(chosen, dtype: int64, device: inputs.device);
            Objective objective = Objective.CrossEntropy(network.Forward(inputs.index_select(0, index)), targets.index_select(0, index), mask);
            network.Backward(objective.Gradient, gradient);
        });
    }
}
