using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class InnerTrainingTests : IDisposable
{
    private static readonly Seed Seed = new(2);
    private readonly DisposeScope scope;

    public InnerTrainingTests()
    {
        NativeEngine.PrepareThread(1);
        scope = NewDisposeScope();
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Every_epoch_is_all_samples_once_in_the_order_of_its_generator_and_the_last_batch_has_what_is_left()
    {
        List<int[]> batches = [];

        Run(samples: 7, epochs: 3, batch: 3, (samples, gradient) => batches.Add(samples));

        Assert.Equal([3, 3, 1, 3, 3, 1, 3, 3, 1], batches.Select(one => one.Length));
        int[][] epochs = [.. batches.Chunk(3).Select(epoch => epoch.SelectMany(one => one).ToArray())];
        for (int epoch = 0; epoch < 3; epoch++) Assert.Equal(Seed.For("order", 0, epoch).Permutation(7), epochs[epoch]);
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void After_each_batch_the_optimizer_takes_one_step_along_the_gradient_that_was_found()
    {
        List<float> before = [];

        float end = Run(samples: 2, epochs: 2, batch: 1, (samples, gradient, parameter) =>
        {
            before.Add(parameter);
            gradient.fill_(1 + samples[0]);
        });

        int[] order = [.. Enumerable.Range(0, 2).SelectMany(epoch => Seed.For("order", 0, epoch).Permutation(2))];
        float[] expected = [0, .. order.Select((_, step) => -0.5f * order.Take(step + 1).Sum(sample => 1 + sample))];
        Assert.Equal(expected, before.Append(end));
    }

    [Fact]
    public void What_a_step_makes_is_freed_with_it()
    {
        List<Tensor> made = [];

        Run(samples: 4, epochs: 2, batch: 2, (samples, gradient) =>
        {
            Assert.All(made, tensor => Assert.True(tensor.IsInvalid));
            made.Add(ones(3));
        });

        Assert.Equal(4, made.Count(tensor => tensor.IsInvalid));
    }

    [Fact]
    public void A_classifier_learns_its_classes_and_those_that_do_not_compete_have_no_gradient()
    {
        using Perceptron network = new([2], [], 3);
        Tensor inputs = tensor(new[] { 1f, 0, 0, 1 }).view(2, 2), mask = tensor(new[] { 0, 0, float.NegativeInfinity }).view(1, 3);

        new InnerTraining(50, 1, epoch => Seed.For("order", 0, epoch)).Classify(network, 0.1, inputs, tensor(new[] { 1L, 0 }), mask);

        Assert.Equal([1L, 0], network.Predict(inputs).argmax(1).data<long>().ToArray());
        var (weight, bias) = network.Layout.Output;
        Assert.Equal(0, weight.Of(network.Parameters)[2].abs().sum().item<float>() + bias.Of(network.Parameters)[2].abs().item<float>());
        Assert.True(network.Predict(inputs)[0, 1].item<float>() > 2);
    }

    private static void Run(int samples, int epochs, int batch, Action<int[], Tensor> findGradient) => Run(samples, epochs, batch, (chosen, gradient, _) => findGradient(chosen, gradient));

    // Trains one weight and one bias that begin at 0; returns the weight.
    private static float Run(int samples, int epochs, int batch, Action<int[], Tensor, float> findGradient)
    {
        using Perceptron network = new([1], [], 1);
        using Sgd optimizer = new(new()) { LearningRate = 0.5 };
        new InnerTraining(epochs, batch, epoch => Seed.For("order", 0, epoch)).Run(network, optimizer, samples, (chosen, gradient) => findGradient(chosen, gradient, Weight(network)));
        return Weight(network);
    }

    private static float Weight(Network network) => network.Parameters.data<float>()[0];
}
