using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Routing;

/// <summary>
/// One task's gate: an undercomplete autoencoder, code = relu(W_e (s - 1/2) + b_e), s^ = sigmoid(W_d code + b_d), trained with the cross-entropy between
/// s^ and s, summed over elements, mean over the batch. It reconstructs what is like its task's data and nothing else; the error at test time is |s^ - s|^2.
/// </summary>
/// <remarks>
/// The half changes no function that a gate can be, only its bias, but how it learns: of inputs that are all positive, Adagrad's first steps, as long for every
/// weight, push a unit's sum one way by the sum of its inputs, and most units of a small code never answer again.
/// Differs from the authors' script: that half, and first numbers as PyTorch's layers, not 15 weights per unit of deviation 1.
/// </remarks>
internal sealed class AutoencoderGate : IDisposable
{
    private const int Batch = 128, Chunk = 500;
    private readonly GateInputs inputs;
    private readonly Network network;
    private readonly Device device;

    /// <summary>Makes an untrained gate.</summary>
    /// <param name="inputs">What it sees of an input; shared by all gates.</param>
    /// <param name="code">Units of the hidden layer.</param>
    /// <param name="seed">Where its first numbers come from.</param>
    /// <param name="device">Where to compute.</param>
    public AutoencoderGate(GateInputs inputs, int code, Seed seed, Device device)
    {
        (this.inputs, this.device) = (inputs, device);
        network = new Mlp(new() { Hidden = [code] }).Create([inputs.Length], inputs.Length, seed, device);
        network.DecaysBiases = false; // as in the authors' script
    }

    /// <summary>All its numbers, [2 d code + code + d].</summary>
    public Tensor Parameters => network.Parameters;

    /// <summary>Trains with Adagrad.</summary>
    /// <param name="samples">The task's data.</param>
    /// <param name="chosen">Which of them are learned.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="weightDecay">Pull of every weight to zero; biases are spared.</param>
    /// <param name="orderOf">Generator of an epoch's order.</param>
    public void Train(Samples samples, int[] chosen, int epochs, double learningRate, double weightDecay, Func<int, RandomSource> orderOf)
    {
        using Adagrad adagrad = new(new()) { LearningRate = learningRate };
        using BatchReader reader = new(samples.InputShape, Batch, device);
        new InnerTraining(epochs, Batch, orderOf).Run(network, adagrad, chosen.Length, (part, gradient) =>
        {
            Tensor seen = inputs.Of(reader.Read(samples, [.. part.Select(index => chosen[index])]).Inputs);
            // d/da of the cross-entropy between sigmoid(a) and s is sigmoid(a) - s.
            Tensor slope = network.Forward(Centred(seen)).sigmoid().sub_(seen).Scale(1f / part.Length);
            network.Backward(slope, gradient);
            network.AddWeightDecay(weightDecay, gradient);
        });
    }

    /// <summary>Squared Euclidean reconstruction errors, [batch]; in the caller's scope.</summary>
    /// <param name="seen">What <see cref="GateInputs.Of"/> gives, [batch, d].</param>
    public Tensor Errors(Tensor seen) => network.Predict(Centred(seen)).sigmoid().sub_(seen).Squared().sum(dim: 1);

    /// <summary>The same for chosen samples of a set.</summary>
    public double[] Errors(Samples samples, IEnumerable<int> chosen)
    {
        List<double> errors = [];
        using BatchReader reader = new(samples.InputShape, Chunk, device);
        foreach (int[] part in chosen.Chunk(Chunk))
        {
            using var scope = NewDisposeScope();
            using var constant = no_grad();
            errors.AddRange(Errors(inputs.Of(reader.Read(samples, part).Inputs)).to(float64).cpu().data<double>());
        }
        return [.. errors];
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => network.Dispose();

    private static Tensor Centred(Tensor seen) => seen.Minus(0.5);
}
