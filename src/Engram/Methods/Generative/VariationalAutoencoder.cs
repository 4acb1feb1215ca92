using Engram.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) of dense layers: an encoder gives mean and log-variance of a
/// latent vector z, a decoder draws pixels from z. The loss of one input of D pixels is as van de Ven and Tolias (2018, arXiv 1809.10635) scale it:
/// mean over pixels of the binary cross-entropy + KL / D, KL = -1/2 sum(1 + logvar - mean^2 - e^logvar).
/// </summary>
/// <remarks>
/// Encoder and decoder are networks like any other, so on the CPU they are hand-scheduled matrix products. Inputs are in the range 0 to 1.
/// </remarks>
public sealed class VariationalAutoencoder : IImageGenerator
{
    private readonly Network encoder, decoder;
    private readonly Adam encoderAdam, decoderAdam;
    private readonly Tensor encoderGradient, decoderGradient;

    /// <summary>Makes one with its first numbers drawn as PyTorch's layers do.</summary>
    /// <param name="pixels">Numbers in one input, D.</param>
    /// <param name="hidden">Units of the encoder's hidden layers; the decoder has them in reverse.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="learningRate">Step size of Adam.</param>
    /// <param name="seed">Where the first numbers come from.</param>
    /// <param name="device">Where to compute.</param>
    public VariationalAutoencoder(long pixels, IReadOnlyList<int> hidden, int latent, double learningRate, Seed seed, Device device)
    {
        (Pixels, Latent) = (pixels, latent);
        encoder = new Mlp(new() { Hidden = [.. hidden] }).Create([pixels], 2 * latent, seed.Derive("encoder"), device);
        decoder = new Mlp(new() { Hidden = [.. hidden.Reverse()] }).Create([latent], checked((int)pixels), seed.Derive("decoder"), device);
        decoder.FindsInputGradient = true;
        (encoderAdam, decoderAdam) = (new(new()) { LearningRate = learningRate }, new(new()) { LearningRate = learningRate });
        (encoderGradient, decoderGradient) = (zeros_like(encoder.Parameters).DetachFromDisposeScope(), zeros_like(decoder.Parameters).DetachFromDisposeScope());
    }

    /// <summary>Numbers in one input, D.</summary>
    public long Pixels { get; }

    /// <inheritdoc/>
    public int Latent { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Parameters => [encoder.Parameters, decoder.Parameters];

    /// <inheritdoc/>
    public Tensor Draw(Tensor latent) => decoder.Predict(latent).sigmoid();

    /// <inheritdoc/>
    public void Step(Tensor inputs, Tensor weights, RandomSource random)
    {
        using var scope = NewDisposeScope();
        FindGradient(inputs, Noise.Gaussian(random, inputs.shape[0], Latent, inputs.device), weights);
        encoderAdam.Step(encoder.Parameters, encoderGradient);
        decoderAdam.Step(decoder.Parameters, decoderGradient);
    }

    /// <summary>The gradient of <see cref="Loss"/> with respect to <see cref="Parameters"/>; arguments as there.</summary>
    internal IReadOnlyList<Tensor> FindGradient(Tensor inputs, Tensor noise, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Encode(inputs);
        Tensor deviation = logVariance.Times(0.5).exp_(), share = weights.Over(Pixels); // [batch, 1]
        Tensor pixels = decoder.Forward((deviation * noise).Add(mean));
        decoder.Backward(pixels.sigmoid().sub_(inputs).mul_(share), decoderGradient); // d/da of softplus(a) - a x is sigmoid(a) - x
        Tensor slope = decoder.InputGradient; // of the reconstruction, with respect to z
        Tensor byMean = slope.clone().AddProduct(mean, share);
        Tensor byLogVariance = deviation.Squared().Add(-1).mul_(share).AddProduct(slope * noise, deviation).Scale(0.5);
        encoder.Backward(cat([byMean, byLogVariance], 1), encoderGradient);
        return [encoderGradient, decoderGradient];
    }

    /// <summary>The weighted sum of the inputs' losses, one number.</summary>
    /// <param name="inputs">[batch, D], 0 to 1.</param>
    /// <param name="noise">Standard normal numbers, [batch, latent]: z = mean + deviation x noise.</param>
    /// <param name="weights">Weight of each input, [batch, 1].</param>
    public Tensor Loss(Tensor inputs, Tensor noise, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Encode(inputs);
        Tensor divergence = logVariance.Plus(1).sub_(mean.Squared()).sub_(logVariance.exp()).sum(1L, keepdim: true).Scale(-0.5);
        Tensor pixels = decoder.Forward(mean.Plus(logVariance.Times(0.5).exp_() * noise).contiguous());
        Tensor crossEntropy = pixels.Softplus().sub_(pixels * inputs).sum(1L, keepdim: true);
        return (crossEntropy.Plus(divergence) * weights).sum().Divide(Pixels).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Visit(StateBag state)
    {
        state.Contents("encoder", encoder.Parameters);
        state.Contents("decoder", decoder.Parameters);
        encoderAdam.Visit(state.Part("encoderAdam"), encoder.Parameters);
        decoderAdam.Visit(state.Part("decoderAdam"), decoder.Parameters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in (IDisposable[])[encoder, decoder, encoderAdam, decoderAdam, encoderGradient, decoderGradient]) part.Dispose();
    }

    private (Tensor Mean, Tensor LogVariance) Encode(Tensor inputs)
    {
        Tensor latent = encoder.Forward(inputs); // [batch, 2 x latent]
        return (latent.narrow(1, 0, Latent), latent.narrow(1, Latent, Latent));
    }
}
