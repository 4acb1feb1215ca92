using Engram.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// A generator taught by a critic, both of dense layers: WGAN-GP (Gulrajani et al. 2017, arXiv 1704.00028). The critic's loss is
/// E D(G(z)) - E D(x) + 10 E(|grad D(x^)| - 1)^2 with x^ between x and G(z), the generator's is - E D(G(z)); five critic steps for one of the
/// generator, Adam(1e-4, 0.5, 0.9).
/// </summary>
/// <remarks>
/// The penalty needs a gradient of a gradient. With rectified linear units the critic is linear where it stands, so its slope is a product of
/// weights and masks, and the slope's own gradient is one pass of the slope's error forward through the same masks: no graph is needed.
/// </remarks>
public sealed class WassersteinGenerator : IImageGenerator
{
    private const int CriticSteps = 5;
    private const float Penalty = 10;

    private readonly Network decoder, critic;
    private readonly Adam decoderAdam, criticAdam;
    private readonly Tensor decoderGradient, criticGradient;

    /// <summary>Makes one with its first numbers drawn as PyTorch's layers do.</summary>
    /// <param name="pixels">Numbers in one input.</param>
    /// <param name="hidden">Units of the critic's hidden layers; the generator has them in reverse.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="learningRate">Step size of Adam.</param>
    /// <param name="seed">Where the first numbers come from.</param>
    /// <param name="device">Where to compute.</param>
    public WassersteinGenerator(long pixels, IReadOnlyList<int> hidden, int latent, double learningRate, Seed seed, Device device)
    {
        Latent = latent;
        decoder = new Mlp(new() { Hidden = [.. hidden.Reverse()] }).Create([latent], checked((int)pixels), seed.Derive("decoder"), device);
        critic = new Mlp(new() { Hidden = [.. hidden] }).Create([pixels], 1, seed.Derive("critic"), device);
        critic.FindsInputGradient = true;
        Adam.Options adam = new() { Beta1 = 0.5, Beta2 = 0.9 };
        (decoderAdam, criticAdam) = (new(adam) { LearningRate = learningRate }, new(adam) { LearningRate = learningRate });
        (decoderGradient, criticGradient) = (zeros_like(decoder.Parameters).DetachFromDisposeScope(), zeros_like(critic.Parameters).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public int Latent { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Parameters => [decoder.Parameters, critic.Parameters];

    /// <inheritdoc/>
    public Tensor Draw(Tensor latent) => decoder.Predict(latent).sigmoid();

    /// <inheritdoc/>
    public void Step(Tensor inputs, Tensor weights, RandomSource random)
    {
        using var scope = NewDisposeScope();
        long count = inputs.shape[0];
        for (int step = 0; step < CriticSteps; step++)
        {
            using var inner = NewDisposeScope();
            FindCriticGradient(inputs, Draw(Noise.Gaussian(random, count, Latent, inputs.device)), Noise.Uniform(random, count, inputs.device), weights);
            criticAdam.Step(critic.Parameters, criticGradient);
        }
        FindGeneratorGradient(Noise.Gaussian(random, count, Latent, inputs.device));
        decoderAdam.Step(decoder.Parameters, decoderGradient);
    }

    /// <summary>Gradient of the critic's weighted loss with respect to its parameters.</summary>
    /// <param name="inputs">Images, [batch, pixels].</param>
    /// <param name="drawn">Drawn images, [batch, pixels].</param>
    /// <param name="mix">How much of the image there is in x^, [batch, 1].</param>
    /// <param name="weights">Weight of each row, [batch, 1].</param>
    internal Tensor FindCriticGradient(Tensor inputs, Tensor drawn, Tensor mix, Tensor weights)
    {
        using var scope = NewDisposeScope();
        critic.Forward(cat([drawn, inputs], 0));
        critic.Backward(cat([weights, -weights], 0), criticGradient);
        AddPenaltyGradient(drawn.Plus(mix * (inputs - drawn)), weights);
        return criticGradient;
    }

    /// <summary>Gradient of the generator's loss with respect to its parameters.</summary>
    internal Tensor FindGeneratorGradient(Tensor latent)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = decoder.Forward(latent).sigmoid();
        critic.Forward(pixels);
        critic.Backward(TensorArithmetic.Filled([latent.shape[0], 1], -1f / latent.shape[0], latent.device), criticGradient); // only the slope at the pixels is wanted
        decoder.Backward(critic.InputGradient * pixels * pixels.neg().Add(1), decoderGradient);
        return decoderGradient;
    }

    /// <inheritdoc/>
    public void Visit(StateBag state)
    {
        state.Contents("decoder", decoder.Parameters);
        state.Contents("critic", critic.Parameters);
        decoderAdam.Visit(state.Part("decoderAdam"), decoder.Parameters);
        criticAdam.Visit(state.Part("criticAdam"), critic.Parameters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[decoder, critic, decoderAdam, criticAdam, decoderGradient, criticGradient]) part.Dispose();
    }

    private void AddPenaltyGradient(Tensor between, Tensor weights)
    {
        IReadOnlyList<ParameterSlice> slices = critic.Layout.Slices;
        int layers = slices.Count / 2;
        Tensor Weight(int layer) => slices[2 * layer].Of(critic.Parameters); // [outputs, inputs]

        Tensor[] masks = new Tensor[layers], deltas = new Tensor[layers];
        Tensor value = between;
        for (int l = 0; l < layers - 1; l++)
        {
            value = value.Product(Weight(l).t()).Add(slices[2 * l + 1].Of(critic.Parameters)).relu_();
            masks[l] = value.IsPositive().to(float32);
        }
        deltas[^1] = ones([between.shape[0], 1], device: between.device);
        for (int l = layers - 1; l > 0; l--) deltas[l - 1] = deltas[l].Product(Weight(l)).mul_(masks[l - 1]);
        Tensor slope = deltas[0].Product(Weight(0)); // [batch, pixels]
        Tensor norm = slope.Squared().sum(1L, keepdim: true).sqrt_().Raise(1e-12f);
        Tensor forward = slope * (weights.Times(2 * Penalty) * norm.Minus(1) / norm); // the penalty's gradient with respect to the slope
        for (int l = 0; l < layers; l++)
        {
            slices[2 * l].Of(criticGradient).AddProductOf(deltas[l].t(), forward);
            if (l < layers - 1) forward = forward.Product(Weight(l).t()).mul_(masks[l]);
        }
    }
}
