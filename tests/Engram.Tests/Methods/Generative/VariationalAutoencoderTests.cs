using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class VariationalAutoencoderTests : IDisposable
{
    private const int Pixels = 12, Latent = 3, Batch = 5;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly VariationalAutoencoder generator;
    private readonly Tensor inputs, noise, weights;

    public VariationalAutoencoderTests()
    {
        NativeEngine.PrepareThread(1);
        generator = new(Pixels, [8, 6], Latent, 0.001, new(4), CPU);
        inputs = Batches.Random(new(1), Batch, Pixels).sigmoid();
        noise = Batches.Random(new(2), Batch, Latent).clone();
        weights = tensor([.1f, .2f, .3f, .05f, .35f]).unsqueeze(1).clone();
    }

    public void Dispose()
    {
        generator.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Loss_and_gradient_are_those_of_the_engine()
    {
        Tensor[] leaves = [.. generator.Parameters.Select(flat => flat.clone().requires_grad_(true))];
        Tensor code = Dense(leaves[0], inputs, Pixels, 8, 6, 2 * Latent);
        Tensor mean = code.narrow(1, 0, Latent), logVariance = code.narrow(1, Latent, Latent);
        Tensor drawn = Dense(leaves[1], mean + (logVariance / 2).exp() * noise, Latent, 6, 8, Pixels).sigmoid();
        Tensor crossEntropy = nn.functional.binary_cross_entropy(drawn, inputs, reduction: nn.Reduction.None).mean([1]);
        Tensor divergence = -0.5 * (1 + logVariance - mean.square() - logVariance.exp()).sum(1L);
        Tensor expected = ((crossEntropy + divergence / Pixels) * weights.squeeze(1)).sum();
        IList<Tensor> slopes = autograd.grad([expected], leaves);

        Tensor loss = generator.Loss(inputs, noise, weights);
        IReadOnlyList<Tensor> gradient = generator.FindGradient(inputs, noise, weights);

        Batches.AssertClose(expected.detach(), loss, 1e-5);
        Batches.AssertClose(slopes[0], gradient[0], 1e-5);
        Batches.AssertClose(slopes[1], gradient[1], 1e-5);
    }

    [Fact]
    public void Gradient_is_the_slope_measured_by_finite_differences()
    {
        float[][] gradients = [.. generator.FindGradient(inputs, noise, weights).Select(part => part.data<float>().ToArray())];

        for (int part = 0; part < 2; part++)
        {
            Tensor parameters = generator.Parameters[part];
            List<double> differences = [];
            for (int i = 0; i < gradients[part].Length; i += 5)
            {
                float old = parameters[i].item<float>();
                double At(float value)
                {
                    parameters[i] = value;
                    return generator.Loss(inputs, noise, weights).to(float64).item<double>();
                }
                differences.Add(Math.Abs((At(old + 1e-2f) - At(old - 1e-2f)) / 2e-2 - gradients[part][i]));
                parameters[i] = old;
            }
            // Where a unit switches inside the step the slope has a kink: the typical difference is what counts.
            Assert.True(differences.Order().ElementAt(differences.Count * 9 / 10) < 5e-3 * gradients[part].Max(Math.Abs));
        }
    }

    [Fact]
    public void Divergence_of_a_standard_normal_code_is_zero_and_gray_costs_one_bit_per_pixel()
    {
        foreach (Tensor part in generator.Parameters) part.zero_();

        Assert.Equal(Math.Log(2), generator.Loss(inputs, noise, weights).item<float>(), 5);
        Assert.Equal(0, generator.FindGradient(inputs, noise, weights)[0].abs().max().item<float>(), 6);
    }

    [Fact]
    public void A_step_is_one_of_Adam_down_the_gradient_at_the_noise_of_its_generator()
    {
        using VariationalAutoencoder twin = new(Pixels, [8, 6], Latent, 0.001, new(4), CPU);
        using Adam encoderAdam = new(new()) { LearningRate = 0.001 }, decoderAdam = new(new()) { LearningRate = 0.001 };
        for (int step = 0; step < 3; step++)
        {
            generator.Step(inputs, weights, new Seed(9).For("noise", 0, step));

            IReadOnlyList<Tensor> gradient = twin.FindGradient(inputs, Noise.Gaussian(new Seed(9).For("noise", 0, step), Batch, Latent, CPU), weights);
            encoderAdam.Step(twin.Parameters[0], gradient[0]);
            decoderAdam.Step(twin.Parameters[1], gradient[1]);
        }

        Batches.AssertClose(twin.Parameters[0], generator.Parameters[0], 0);
        Batches.AssertClose(twin.Parameters[1], generator.Parameters[1], 0);
        Assert.Equal(Pixels, generator.Pixels);
    }

    [Fact]
    public void It_learns_to_draw_what_it_was_shown()
    {
        Tensor patterns = tensor(new float[] { 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1 }).view(2, Pixels);
        using VariationalAutoencoder model = new(Pixels, [16], 2, 0.01, new(5), CPU);
        for (int step = 0; step < 600; step++)
        {
            using var inner = NewDisposeScope();
            model.Step(patterns.repeat(8, 1), full([16, 1], 1 / 16f), new Seed(9).For("noise", 0, step));
        }

        Tensor drawn = model.Draw(Batches.Random(new(3), 40, 2));
        Tensor nearest = cdist(drawn, patterns).min(1).values;

        Assert.True(nearest.median().item<float>() < 0.8, $"half of the drawings are nearer than {nearest.median().item<float>()}");
        Assert.InRange(drawn.narrow(1, 0, 1).round().mean().item<float>(), .1f, .9f); // both patterns are drawn
    }

    [Fact]
    public void A_restored_one_goes_on_learning_with_the_same_bits()
    {
        using VariationalAutoencoder restored = new(Pixels, [8, 6], Latent, 0.001, new(5), CPU);
        generator.Step(inputs, weights, new(1));

        new SavedState(generator.Visit).Restore(restored.Visit);

        foreach (VariationalAutoencoder one in new[] { generator, restored }) one.Step(inputs, weights, new(2));
        for (int part = 0; part < 2; part++) Batches.AssertClose(generator.Parameters[part], restored.Parameters[part], 0);
        Assert.Equal(Latent, restored.Latent);
    }

    [Fact]
    public void It_leaves_no_tensor_behind() => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using VariationalAutoencoder other = new(Pixels, [8, 6], Latent, 0.001, new(5), CPU);
        for (int step = 0; step < 3; step++) other.Step(inputs, weights, new(2));
        other.Draw(zeros(2, Latent));
    });

    internal static Tensor Dense(Tensor flat, Tensor x, params long[] widths)
    {
        long offset = 0;
        for (int l = 0; l + 1 < widths.Length; l++)
        {
            Tensor weight = flat.narrow(0, offset, widths[l] * widths[l + 1]).view(widths[l + 1], widths[l]);
            offset += weight.numel();
            x = nn.functional.linear(x, weight, flat.narrow(0, offset, widths[l + 1]));
            offset += widths[l + 1];
            if (l + 2 < widths.Length) x = nn.functional.relu(x);
        }
        return x;
    }
}
