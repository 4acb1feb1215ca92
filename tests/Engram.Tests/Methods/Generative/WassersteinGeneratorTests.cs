using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class WassersteinGeneratorTests : IDisposable
{
    private const int Pixels = 12, Latent = 3, Batch = 5;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly WassersteinGenerator generator;
    private readonly Tensor inputs, weights;

    public WassersteinGeneratorTests()
    {
        NativeEngine.PrepareThread(1);
        generator = new(Pixels, [8, 6], Latent, 0.001, new(4), CPU);
        inputs = Batches.Random(new(1), Batch, Pixels).sigmoid();
        weights = tensor([.1f, .2f, .3f, .05f, .35f]).unsqueeze(1).clone();
    }

    public void Dispose()
    {
        generator.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void The_critics_gradient_with_its_penalty_is_that_of_the_engines_second_derivative()
    {
        Tensor drawn = Batches.Random(new(2), Batch, Pixels).sigmoid(), mix = Batches.Random(new(3), Batch, 1).sigmoid();
        Tensor leaf = generator.Parameters[1].clone().requires_grad_(true), between = (mix * inputs + (1 - mix) * drawn).requires_grad_(true);
        Tensor slope = autograd.grad([Critic(leaf, between).sum()], [between], retain_graph: true, create_graph: true)[0];
        Tensor penalty = 10 * (slope.square().sum(1L, keepdim: true).sqrt() - 1).square();
        Tensor loss = (weights * (Critic(leaf, drawn) - Critic(leaf, inputs) + penalty)).sum();

        Tensor gradient = generator.FindCriticGradient(inputs, drawn, mix, weights);

        Batches.AssertClose(autograd.grad([loss], [leaf])[0], gradient, 1e-5);
    }

    [Fact]
    public void The_generators_gradient_is_that_of_the_engine()
    {
        Tensor latent = Batches.Random(new(2), Batch, Latent).clone();
        Tensor leaf = generator.Parameters[0].clone().requires_grad_(true);
        Tensor loss = -Critic(generator.Parameters[1], VariationalAutoencoderTests.Dense(leaf, latent, Latent, 6, 8, Pixels).sigmoid()).mean();

        Batches.AssertClose(autograd.grad([loss], [leaf])[0], generator.FindGeneratorGradient(latent), 1e-5);
    }

    [Fact]
    public void A_step_is_five_of_the_critic_and_one_of_the_generator_by_an_Adam_that_keeps_half_and_nine_tenths()
    {
        using WassersteinGenerator twin = new(Pixels, [8, 6], Latent, 0.001, new(4), CPU);
        Adam.Options settings = new() { Beta1 = 0.5, Beta2 = 0.9 };
        using Adam criticAdam = new(settings) { LearningRate = 0.001 }, generatorAdam = new(settings) { LearningRate = 0.001 };
        for (int step = 0; step < 2; step++)
        {
            generator.Step(inputs, weights, new Seed(9).For("noise", 0, step));

            RandomSource random = new Seed(9).For("noise", 0, step);
            for (int i = 0; i < 5; i++)
            {
                Tensor drawn = twin.Draw(Noise.Gaussian(random, Batch, Latent, CPU)), mix = Noise.Uniform(random, Batch, CPU);
                criticAdam.Step(twin.Parameters[1], twin.FindCriticGradient(inputs, drawn, mix, weights));
            }
            generatorAdam.Step(twin.Parameters[0], twin.FindGeneratorGradient(Noise.Gaussian(random, Batch, Latent, CPU)));
        }

        Batches.AssertClose(twin.Parameters[0], generator.Parameters[0], 0);
        Batches.AssertClose(twin.Parameters[1], generator.Parameters[1], 0);
    }

    [Fact]
    public void It_learns_how_bright_every_pixel_is()
    {
        Tensor pattern = tensor(new float[] { 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0 }).view(1, Pixels);
        using WassersteinGenerator model = new(Pixels, [16], 2, 0.005, new(5), CPU);
        for (int step = 0; step < 300; step++)
        {
            using var inner = NewDisposeScope();
            model.Step(pattern.repeat(16, 1), full([16, 1], 1 / 16f), new Seed(9).For("noise", 0, step));
        }

        Tensor mean = model.Draw(Batches.Random(new(3), 40, 2)).mean([0], keepdim: true);

        Assert.InRange((mean - pattern).abs().max().item<float>(), 0, .3f);
    }

    [Fact]
    public void A_restored_one_goes_on_learning_with_the_same_bits()
    {
        using WassersteinGenerator restored = new(Pixels, [8, 6], Latent, 0.001, new(5), CPU);
        generator.Step(inputs, weights, new(1));

        new SavedState(generator.Visit).Restore(restored.Visit);

        foreach (WassersteinGenerator one in new[] { generator, restored }) one.Step(inputs, weights, new(2));
        for (int part = 0; part < 2; part++) Batches.AssertClose(generator.Parameters[part], restored.Parameters[part], 0);
        Assert.Equal(Latent, restored.Latent);
    }

    [Fact]
    public void It_leaves_no_tensor_behind() => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using WassersteinGenerator other = new(Pixels, [8, 6], Latent, 0.001, new(5), CPU);
        for (int step = 0; step < 3; step++) other.Step(inputs, weights, new(2));
        other.Draw(zeros(2, Latent));
    });

    private static Tensor Critic(Tensor flat, Tensor x) => VariationalAutoencoderTests.Dense(flat, x, Pixels, 8, 6, 1);
}
