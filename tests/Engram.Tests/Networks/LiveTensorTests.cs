using Engram.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

[Collection(nameof(Alone))]
public sealed class LiveTensorTests
{
    public LiveTensorTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData("perceptron")]
    [InlineData("module")]
    [InlineData("cnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("lstm module")]
    public void The_number_of_live_tensors_stays_the_same_over_200_steps(string kind)
    {
        Seed seed = new(1);
        using Network network = kind switch
        {
            "perceptron" => new Mlp(new() { Hidden = [20] }).Create([1, 12, 12], 4, seed, CPU),
            "module" => new Mlp(new() { Hidden = [20] }).CreateModule([1, 12, 12], 4, CPU),
            "lstm" => new Lstm(new() { Units = 5 }).Create([1, 12, 12], 4, seed, CPU),
            "gru" => new Gru(new() { Units = 5 }).Create([1, 12, 12], 4, seed, CPU),
            "lstm module" => new Lstm(new() { Units = 5 }).CreateModule([1, 12, 12], 4, CPU),
            _ => new Cnn(new() { Channels = [3, 2] }).Create([1, 12, 12], 4, seed, CPU),
        };
        using Adam adam = new(new()) { LearningRate = 0.001 };
        using Tensor inputs = rand(9, 1, 12, 12), slope = rand(9, 4), terms = rand(2, 9, 4), gradient = zeros(network.Layout.Count), sum = zeros(network.Layout.Count);
        void Step(int step)
        {
            using var scope = NewDisposeScope();
            long batch = step % 3 == 2 ? 5 : 9;
            Tensor part = batch == 9 ? inputs : inputs.narrow(0, 0, batch);
            network.Features(part);
            network.Forward(part);
            network.Backward(slope.narrow(0, 0, batch), gradient);
            adam.Step(network.Parameters, gradient);
            if (batch == 9)
            {
                using Measurement measurement = network.Measure();
                network.Forward(part);
                network.AccumulateSampleGradients(terms, SamplePower.Square, sum);
            }
            network.Predict(part);
        }
        for (int step = 0; step < 10; step++) Step(step);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;

        for (int step = 1; step <= 200; step++) Step(step);

        Assert.InRange(Tensor.TotalCount, before - 5, before + 1); // the last batch may be a narrowed one
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void A_step_of_a_network_scheduled_by_hand_allocates_no_managed_memory(string kind)
    {
        NetworkDefinition definition = kind switch { "mlp" => new Mlp(new() { Hidden = [20, 20] }), "lstm" => new Lstm(new() { Units = 9 }), _ => new Gru(new() { Units = 9 }) };
        using Network network = definition.Create([5, 6], 4, new(1), CPU);
        using Sgd sgd = new(new() { Momentum = 0.9 }) { LearningRate = 0.1 };
        using Tensor inputs = rand(9, 5, 6), slope = rand(9, 4), gradient = zeros(network.Layout.Count);
        void Step()
        {
            network.Forward(inputs);
            network.Backward(slope, gradient);
            sgd.Step(network.Parameters, gradient);
        }
        for (int step = 0; step < 100; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int step = 0; step < 100; step++) Step();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
