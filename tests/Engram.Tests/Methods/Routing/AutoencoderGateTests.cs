using Engram.Datasets;
using Engram.Methods.Routing;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Routing;

public sealed class AutoencoderGateTests : IDisposable
{
    private readonly DisposeScope scope;

    public AutoencoderGateTests()
    {
        NativeEngine.PrepareThread(1);
        scope = NewDisposeScope();
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Inputs_are_standardised_by_the_first_task_with_a_floor_under_the_deviation_and_squashed()
    {
        Samples samples = Toy.Stream().Tasks[0].Train;
        using GateInputs inputs = new(144, null, CPU);
        using BatchReader reader = new(samples.InputShape, samples.Count, CPU);
        Tensor all = reader.Read(samples, [.. Enumerable.Range(0, samples.Count)]).Inputs.reshape(-1, 144);

        inputs.Fit(samples);

        Tensor deviation = all.std(0L, unbiased: false).clamp(min: 0.01), expected = ((all - all.mean([0L])) / deviation).sigmoid();
        Assert.True((expected - inputs.Of(all)).abs().max().item<float>() < 1e-4f);
        Assert.Equal(2 * 144 * 4, inputs.StoredBytes);
    }

    [Fact]
    public void A_constant_input_is_divided_by_a_hundredth()
    {
        using GateInputs inputs = new(2, null, CPU);
        inputs.Fit(new Constant());

        Assert.Equal([1 / (1 + MathF.Exp(-1)), 0.5f], inputs.Of(tensor(new float[] { 3.01f, 5 }).view(1, 2)).data<float>().ToArray().Select(value => MathF.Round(value, 4)), (a, b) => MathF.Abs(a - b) < 1e-3f);
    }

    [Fact]
    public void The_error_is_the_squared_distance_of_the_reconstruction()
    {
        using GateInputs inputs = new(2, null, CPU);
        using AutoencoderGate gate = new(inputs, 1, new(1), CPU);
        gate.Parameters.copy_(tensor(new float[] { 1, 2, 2, 3, -1, 0.25f, 0.75f })); // W_e = (1, 2), b_e = 2, W_d = (3, -1), b_d = (.25, .75)

        Tensor errors = gate.Errors(tensor(new float[] { 0.2f, 0.4f }).view(1, 2)); // code = -.3 - .2 + 2 = 1.5

        double first = Sigmoid(4.75) - 0.2, second = Sigmoid(-0.75) - 0.4;
        Assert.Equal((first * first) + (second * second), errors.item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    public void Its_steps_are_those_of_the_engines_Adagrad_down_the_cross_entropy_summed_over_elements(double decay)
    {
        Samples own = Toy.Stream().Tasks[0].Train;
        int[] chosen = [.. Enumerable.Range(0, 40)];
        using GateInputs inputs = new(144, null, CPU);
        inputs.Fit(own);
        using AutoencoderGate gate = new(inputs, 3, new(3), CPU);
        TorchSharp.Modules.Parameter leaf = new(gate.Parameters.clone());
        using var adagrad = optim.Adagrad([leaf], 0.02);
        using BatchReader reader = new(own.InputShape, 40, CPU);
        Tensor seen = inputs.Of(reader.Read(own, chosen).Inputs), centred = seen - 0.5;
        Tensor weights = ones(1011); // biases are spared by weight decay
        weights.narrow(0, 432, 3).zero_();
        weights.narrow(0, 867, 144).zero_();
        Tensor Piece(long offset, params long[] shape) => leaf.narrow(0, offset, shape.Aggregate(1L, (product, size) => product * size)).view(shape);

        gate.Train(own, chosen, 3, 0.02, decay, epoch => new Seed(1).For("order", step: epoch)); // one batch per epoch, whose order does not matter
        for (int step = 0; step < 3; step++)
        {
            Tensor code = centred.mm(Piece(0, 3, 144).t()).add(Piece(432, 3)).relu(), drawn = code.mm(Piece(435, 144, 3).t()) + Piece(867, 144);
            leaf.grad = autograd.grad([nn.functional.binary_cross_entropy_with_logits(drawn, seen, reduction: nn.Reduction.Sum) / 40], [leaf])[0] + decay * weights * leaf.detach();
            adagrad.step();
        }

        Batches.AssertClose(leaf.detach(), gate.Parameters, 1e-4);
    }

    [Fact]
    public void Every_epoch_goes_through_all_chosen_samples_in_an_order_of_its_own()
    {
        Samples own = Toy.Stream().Tasks[0].Train;
        int[] chosen = [.. Enumerable.Range(0, 300).Select(i => i % own.Count)]; // three batches
        using GateInputs inputs = new(144, null, CPU);
        inputs.Fit(own);

        using AutoencoderGate first = Trained(1), same = Trained(1), other = Trained(2);

        Assert.Equal(first.Parameters.data<float>().ToArray(), same.Parameters.data<float>().ToArray());
        Assert.NotEqual(first.Parameters.data<float>().ToArray(), other.Parameters.data<float>().ToArray());

        AutoencoderGate Trained(ulong seed)
        {
            AutoencoderGate made = new(inputs, 3, new(3), CPU);
            made.Train(own, chosen, 1, 1e-2, 0, epoch => new Seed(seed).For("order", step: epoch));
            return made;
        }
    }

    [Fact]
    public void Training_lowers_the_error_on_its_own_task_and_repeats_bit_for_bit()
    {
        Samples own = Toy.Stream().Tasks[0].Train;
        int[] all = [.. Enumerable.Range(0, own.Count)];
        using GateInputs inputs = new(144, null, CPU);
        inputs.Fit(own);

        using AutoencoderGate gate = Trained(), same = Trained(), untrained = new(inputs, 8, new(3), CPU);

        Assert.Equal(gate.Parameters.data<float>().ToArray(), same.Parameters.data<float>().ToArray());
        Assert.True(gate.Errors(own, all).Average() < 0.8 * untrained.Errors(own, all).Average());
        Assert.True(gate.Errors(own, all).Average() < gate.Errors(Toy.Stream().Tasks[1].Train, all).Average());

        AutoencoderGate Trained()
        {
            AutoencoderGate made = new(inputs, 8, new(3), CPU);
            made.Train(own, all, 300, 1e-2, 5e-4, epoch => new Seed(1).For("order", step: epoch));
            return made;
        }
    }

    [Fact]
    public void Training_leaves_every_unit_of_a_small_code_alive()
    {
        LabeledImages digits = Digits.Generate(train: 1000, test: 0).Train;
        Samples first = Pair(0), own = Pair(1);
        int[] all = [.. Enumerable.Range(0, own.Count)];
        using GateInputs inputs = new(784, null, CPU);
        inputs.Fit(first);
        using AutoencoderGate gate = new(inputs, 10, new(3), CPU);
        using BatchReader reader = new(own.InputShape, own.Count, CPU);

        gate.Train(own, all, 10, 1e-2, 5e-4, epoch => new Seed(1).For("order", step: epoch));

        // A unit that answers to something is missed when its way out is cut.
        Tensor seen = inputs.Of(reader.Read(own, all).Inputs), decoder = gate.Parameters.narrow(0, 10 * 784 + 10, 784 * 10).view(784, 10), errors = gate.Errors(seen).clone();
        for (int unit = 0; unit < 10; unit++)
        {
            Tensor wayOut = decoder.narrow(1, unit, 1), kept = wayOut.clone();
            wayOut.zero_();
            Assert.False(gate.Errors(seen).eq(errors).all().item<bool>(), $"unit {unit} answers to nothing");
            wayOut.copy_(kept);
        }

        Samples Pair(int task) => new ImageSamples(digits, [.. Enumerable.Range(0, digits.Count).Where(image => digits.Labels[image] / 2 == task)], [.. Enumerable.Range(0, 10)], new(0, 1, 28, 28, null, null), task);
    }

    [Fact]
    public void Sets_larger_than_what_is_computed_together_are_measured_as_a_whole()
    {
        Points points = Many();
        using GateInputs inputs = new(2, null, CPU);
        using AutoencoderGate gate = new(inputs, 1, new(1), CPU);

        inputs.Fit(points);
        double[] errors = gate.Errors(points, Enumerable.Range(0, 1100));

        Tensor all = points.Batch().Inputs, expected = ((all - all.mean([0L])) / all.std(0L, unbiased: false)).sigmoid();
        Batches.AssertClose(expected, inputs.Of(all), 1e-5);
        Batches.AssertClose(gate.Errors(inputs.Of(all)), tensor(errors).to(float32), 1e-6);
        Assert.Equal(0, inputs.ParameterCount);
    }

    [Fact]
    public void Statistics_are_restored()
    {
        Points points = Many();
        using GateInputs inputs = new(2, null, CPU), restored = new(2, null, CPU);
        inputs.Fit(points);

        new SavedState(inputs.Visit).Restore(restored.Visit);

        Batches.AssertClose(inputs.Of(points.Batch().Inputs), restored.Of(points.Batch().Inputs), 0);
    }

    [Fact]
    public void A_gate_and_its_training_leave_no_tensor_behind() => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        Samples own = Toy.Stream().Tasks[0].Train;
        using GateInputs inputs = new(9, new Mlp(new() { Hidden = [9] }).Create([144], 2, new(1), CPU), CPU);
        inputs.Fit(own);
        using AutoencoderGate gate = new(inputs, 3, new(3), CPU);
        gate.Train(own, [.. Enumerable.Range(0, 40)], 2, 1e-2, 0, epoch => new Seed(1).For("order", step: epoch));
        gate.Errors(own, Enumerable.Range(0, 10));
    });

    private static Points Many() => new(0, [.. Enumerable.Range(0, 1100).Select(i => (i / 500 + MathF.Sin(i), MathF.Cos(3 * i), 0))]);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed class Constant : Samples
    {
        public override int Count => 10;

        public override IReadOnlyList<long> InputShape => [2];

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => (input[0], input[1]) = (3, 5);

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;
    }
}
