using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class PerceptronTests : IDisposable
{
    private static readonly Seed Seed = new(7);
    private readonly DisposeScope scope = NewDisposeScope();

    public PerceptronTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(new int[0], 5)]
    [InlineData(new[] { 50 }, 16)]
    [InlineData(new[] { 37, 23, 9 }, 33)]
    [InlineData(new[] { 64, 64 }, 1)]
    public void Logits_and_gradient_equal_those_of_the_module_with_the_same_parameters(int[] hidden, int batch)
    {
        var (perceptron, module) = Pair(hidden);
        using (perceptron)
        using (module)
        {
            Tensor inputs = Batches.Random(Seed, batch, 5, 4), slope = Batches.Random(Seed.Derive("slope"), batch, 3);

            Batches.AssertClose(module.Parameters, perceptron.Parameters, 0);
            Batches.AssertClose(module.Forward(inputs), perceptron.Forward(inputs), 1e-5);
            Batches.AssertClose(Batches.Gradient(module, inputs, slope), Batches.Gradient(perceptron, inputs, slope), 1e-5);
            Batches.AssertClose(module.Features(inputs), perceptron.Features(inputs), 1e-5);
            Batches.AssertClose(module.Predict(inputs), perceptron.Predict(inputs), 1e-5);
        }
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 37, 23 })]
    public void Gradient_with_respect_to_the_inputs_equals_that_of_the_module(int[] hidden)
    {
        var (perceptron, module) = Pair(hidden);
        using (perceptron)
        using (module)
        {
            Tensor inputs = Batches.Random(Seed, 9, 5, 4), slope = Batches.Random(Seed.Derive("slope"), 9, 3);
            Batches.Gradient(perceptron, inputs, slope);
            Assert.Contains("FindsInputGradient", Assert.Throws<InvalidOperationException>(() => perceptron.InputGradient).Message);
            Assert.Contains("FindsInputGradient", Assert.Throws<InvalidOperationException>(() => { Batches.Gradient(module, inputs, slope); return module.InputGradient; }).Message);
            perceptron.FindsInputGradient = module.FindsInputGradient = true;

            Batches.AssertClose(Batches.Gradient(module, inputs, slope), Batches.Gradient(perceptron, inputs, slope), 1e-5);

            Assert.Equal([9, 20], module.InputGradient.shape);
            Batches.AssertClose(module.InputGradient, perceptron.InputGradient, 1e-5);
            perceptron.Forward(inputs);
            Assert.Throws<InvalidOperationException>(() => perceptron.InputGradient);
        }
    }

    [Fact]
    public void Gradient_is_the_slope_of_the_loss_measured_by_finite_differences()
    {
        using Perceptron network = new([4], [6, 5], 3);
        network.Parameters.copy_(Batches.Random(Seed, network.Layout.Count));
        Tensor inputs = Batches.Random(Seed.Derive("inputs"), 7, 4), weights = Batches.Random(Seed.Derive("weights"), 7, 3);
        double Loss() => (network.Forward(inputs).to(float64) * weights).sum().item<double>();
        float[] gradient = Batches.Gradient(network, inputs, weights).data<float>().ToArray();

        float[] slope = new float[gradient.Length];
        const float Step = 1e-2f;
        for (int i = 0; i < slope.Length; i++)
        {
            float old = network.Parameters[i].item<float>();
            network.Parameters[i] = old + Step;
            double above = Loss();
            network.Parameters[i] = old - Step;
            slope[i] = (float)((above - Loss()) / (2 * Step));
            network.Parameters[i] = old;
        }

        // Where a unit switches inside the step the slope has a kink: the typical difference is what counts.
        float[] differences = [.. slope.Zip(gradient, (measured, computed) => Math.Abs(measured - computed)).Order()];
        Assert.True(differences[differences.Length * 9 / 10] < 1e-3 * gradient.Max(Math.Abs), $"nine tenths differ by at most {differences[differences.Length * 9 / 10]}");
    }

    [Theory]
    [InlineData(SamplePower.Square)]
    [InlineData(SamplePower.Absolute)]
    public void Sample_gradients_equal_those_of_single_samples(SamplePower power)
    {
        var (perceptron, module) = Pair([37, 24]);
        using (perceptron)
        using (module)
        {
            Tensor inputs = Batches.Random(Seed, 19, 5, 4), slope = Batches.Random(Seed.Derive("slope"), 10, 19, 3), one = slope.select(0, 0).contiguous();
            Tensor expected = Batches.SampleGradientsOneByOne(perceptron, inputs, slope, power), expectedOfOne = Batches.SampleGradientsOneByOne(perceptron, inputs, one, power);

            Batches.AssertClose(expected, Batches.SampleGradients(perceptron, inputs, slope, power), 1e-4);
            Batches.AssertClose(expected, Batches.SampleGradients(module, inputs, slope, power), 1e-4);
            Batches.AssertClose(expectedOfOne, Batches.SampleGradients(perceptron, inputs, one, power), 1e-4);
            Batches.AssertClose(expectedOfOne, Batches.SampleGradients(module, inputs, one, power), 1e-4);
        }
    }

    [Fact]
    public void Sample_gradients_add_up_over_calls_powers_and_a_backward_between()
    {
        var (perceptron, module) = Pair([16]);
        module.Dispose();
        using (perceptron)
        {
            Tensor inputs = Batches.Random(Seed, 8, 5, 4), slope = Batches.Random(Seed.Derive("slope"), 8, 3);
            Tensor squares = Batches.SampleGradients(perceptron, inputs, slope, SamplePower.Square), sizes = Batches.SampleGradients(perceptron, inputs, slope, SamplePower.Absolute);
            Tensor gradient = Batches.Gradient(perceptron, inputs, slope), again = zeros_like(gradient), sum = zeros_like(gradient);

            perceptron.Forward(inputs);
            perceptron.AccumulateSampleGradients(slope, SamplePower.Square, sum);
            perceptron.Backward(slope, again);
            perceptron.AccumulateSampleGradients(slope, SamplePower.Absolute, sum);
            perceptron.AccumulateSampleGradients(slope, SamplePower.Square, sum);

            Batches.AssertClose(2 * squares + sizes, sum, 1e-6);
            Batches.AssertClose(gradient, again, 0);
        }
    }

    [Fact]
    public void Fisher_information_of_a_linear_layer_is_that_worked_by_hand()
    {
        using Perceptron network = new([2], [], 2);
        Tensor x = tensor(new float[] { 1, 2 }).view(1, 2), p = tensor(new float[] { 0.8f, 0.2f });
        float[] Rows(Tensor outputGradients) => [.. Batches.SampleGradients(network, x, outputGradients, SamplePower.Square).data<float>().Take(4)];
        Tensor Slope(int label) => p - nn.functional.one_hot(tensor((long)label), 2); // p - onehot(y)

        float[] exact = Rows(stack([Slope(0).mul(MathF.Sqrt(0.8f)).view(1, 2), Slope(1).mul(MathF.Sqrt(0.2f)).view(1, 2)]));
        float[] first = Rows(Slope(0).view(1, 2)), second = Rows(Slope(1).view(1, 2));

        AssertNumbers([0.16f, 0.64f, 0.16f, 0.64f], exact);
        AssertNumbers([0.04f, 0.16f, 0.04f, 0.16f], first);
        AssertNumbers([0.64f, 2.56f, 0.64f, 2.56f], second);
    }

    [Fact]
    public void Importance_of_memory_aware_synapses_is_that_worked_by_hand()
    {
        using Perceptron network = new([2], [], 1);
        network.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
        Tensor inputs = tensor(new float[] { 1, 1, 1, -3 }).view(2, 2), sum = zeros(3);

        Tensor slope = network.Forward(inputs) * 2; // gradient of the squared length of the outputs
        network.AccumulateSampleGradients(slope, SamplePower.Absolute, sum);

        AssertNumbers([4, 6], [.. (sum / 2).data<float>().Take(2)]);
    }

    [Fact]
    public void Batches_of_any_size_follow_one_another()
    {
        var (perceptron, module) = Pair([33]);
        using (perceptron)
        using (module)
        {
            foreach (int batch in new[] { 4, 9, 1, 9, 40, 4 })
            {
                Tensor inputs = Batches.Random(Seed, batch, 5, 4), slope = Batches.Random(Seed.Derive("slope"), batch, 3);
                Batches.AssertClose(Batches.Gradient(module, inputs, slope), Batches.Gradient(perceptron, inputs, slope), 1e-5);
                Assert.Equal([batch, 3], perceptron.Forward(inputs).shape);
            }
        }
    }

    [Fact]
    public void Inputs_may_leave_their_scope_before_backward()
    {
        using Perceptron network = new([4], [5], 2);
        network.Parameters.copy_(Batches.Random(Seed, network.Layout.Count));
        Tensor slope = ones(3, 2), expected = Batches.Gradient(network, Batches.Random(Seed.Derive("inputs"), 3, 4), slope), gradient = zeros_like(expected);

        using (NewDisposeScope()) network.Forward(Batches.Random(Seed.Derive("inputs"), 3, 4));
        _ = full(64, 4, 1e9f); // takes the memory if it is free
        network.Backward(slope, gradient);

        Batches.AssertClose(expected, gradient, 0);
    }

    [Fact]
    public void Numbers_repeat_bit_for_bit_wherever_the_inputs_lie()
    {
        // With these sizes the last bit of the matrix product does depend on the place.
        using Network network = new Mlp(new() { Hidden = [5] }).Create([4], 2, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 3, 4).clone(), slope = Batches.Random(Seed.Derive("slope"), 3, 2).clone();
        Tensor expected = Batches.Gradient(network, inputs, slope);

        for (int shift = 1; shift < 16; shift++)
        {
            Tensor shifted = zeros(shift + 12).narrow(0, shift, 12).view(3, 4), shiftedSlope = zeros(shift + 6).narrow(0, shift, 6).view(3, 2);
            shifted.copy_(inputs);
            shiftedSlope.copy_(slope);
            Batches.AssertClose(expected, Batches.Gradient(network, shifted, shiftedSlope), 0);
        }
    }

    [Fact]
    public void Not_a_number_shows_in_the_outputs()
    {
        using Perceptron network = new([20], [17], 3);
        Tensor inputs = ones(2, 20);
        inputs[1, 3] = float.NaN;

        Assert.True(network.Forward(inputs)[1].isnan().all().item<bool>());
    }

    [Fact]
    public void Wrong_shapes_are_refused_with_both_shapes()
    {
        using Perceptron network = new([2, 3], [5], 4);
        Tensor gradient = zeros(network.Layout.Count), slope = zeros(2, 4);

        string Refused(Action action) => Assert.Throws<ArgumentException>(action).Message;

        Assert.Throws<InvalidOperationException>(() => network.Backward(slope, gradient));
        Assert.Contains("[batch, 2, 3]", Refused(() => network.Forward(zeros(2, 7))));
        Assert.Contains("Float64", Refused(() => network.Forward(zeros(2, 6, dtype: float64))));
        Assert.Contains("contiguous", Refused(() => network.Forward(zeros(6, 2).t())));
        Assert.Contains("[0, 6]", Refused(() => network.Forward(zeros(0, 6))));
        network.Forward(zeros(2, 6));
        Assert.Contains("[2, 4]", Refused(() => network.Backward(zeros(3, 4), gradient)));
        Assert.Contains("[2, 4]", Refused(() => network.Backward(zeros(1, 2, 4), gradient)));
        Assert.Contains("[59]", Refused(() => network.Backward(slope, zeros(58))));
        Assert.Throws<InvalidOperationException>(() =>
        {
            network.Features(zeros(2, 6));
            network.Backward(slope, gradient);
        });
        network.Forward(zeros(2, 6));
        Assert.Contains("[0, 2, 4]", Refused(() => network.AccumulateSampleGradients(zeros(0, 2, 4), SamplePower.Square, gradient)));
        Assert.Throws<ArgumentException>(() => new Perceptron([4], [0], 2));
    }

    [Fact]
    public void A_disposed_network_refuses_to_work()
    {
        Perceptron network = new([4], [5], 2);
        Tensor gradient = zeros(network.Layout.Count);
        network.Forward(zeros(2, 4));

        network.Dispose();

        Assert.Throws<ObjectDisposedException>(() => network.Forward(zeros(2, 4)));
        Assert.Throws<InvalidOperationException>(() => network.Backward(zeros(2, 2), gradient));
    }

    private static (Network Perceptron, ModuleNetwork Module) Pair(int[] hidden)
    {
        Mlp mlp = new(new() { Hidden = hidden });
        Network perceptron = mlp.Create([5, 4], 3, Seed, CPU);
        ModuleNetwork module = mlp.CreateModule([5, 4], 3, CPU);
        InitialParameters.Draw(module, Initialization.Pytorch, zeroOutput: false, Seed);
        Assert.IsType<Perceptron>(perceptron);
        Assert.Equal(perceptron.Layout.Slices.Select(slice => slice.Name), module.Layout.Slices.Select(slice => slice.Name));
        return (perceptron, module);
    }

    private static void AssertNumbers(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6f);
    }
}
