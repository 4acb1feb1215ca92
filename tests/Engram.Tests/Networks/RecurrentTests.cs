using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class RecurrentTests : IDisposable
{
    private static readonly Seed Seed = new(11);
    private readonly DisposeScope scope = NewDisposeScope();

    public RecurrentTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Kinds => ["lstm", "gru"];

    public static TheoryData<string, int, int, int> Sizes
    {
        get
        {
            TheoryData<string, int, int, int> data = [];
            foreach (string kind in Kinds.Select(row => row.Data))
                foreach (var (units, steps, batch) in new[] { (16, 5, 4), (7, 3, 9), (1, 2, 1), (9, 1, 3), (40, 12, 33), (17, 28, 2) }) data.Add(kind, units, steps, batch);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Logits_features_and_gradients_equal_those_of_the_module_with_the_same_parameters(string kind, int units, int steps, int batch)
    {
        var (network, module) = Pair(kind, units, steps);
        using (network)
        using (module)
        {
            Tensor inputs = Batches.Random(Seed, batch, steps, 5), slope = Batches.Random(Seed.Derive("slope"), batch, 3);
            network.FindsInputGradient = module.FindsInputGradient = true;

            Batches.AssertClose(module.Forward(inputs), network.Forward(inputs), 1e-5);
            Batches.AssertClose(module.Predict(inputs), network.Predict(inputs), 1e-5);
            Batches.AssertClose(module.Features(inputs), network.Features(inputs), 1e-5);
            Tensor expected = Batches.Gradient(module, inputs, slope), actual = Batches.Gradient(network, inputs, slope);
            foreach (ParameterSlice slice in network.Layout.Slices)
                Batches.AssertClose(expected.narrow(0, slice.Offset, slice.Length), actual.narrow(0, slice.Offset, slice.Length), 1e-5);
            Assert.Equal([batch, steps * 5], network.InputGradient.shape);
            Batches.AssertClose(module.InputGradient, network.InputGradient, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradient_is_the_slope_of_the_loss_measured_by_finite_differences(string kind)
    {
        using Network network = Make(kind, 4).Create([5, 3], 2, Seed, CPU);
        network.Parameters.copy_(0.7f * Batches.Random(Seed, network.Layout.Count));
        Tensor inputs = Batches.Random(Seed.Derive("inputs"), 6, 5, 3), weights = Batches.Random(Seed.Derive("weights"), 6, 2);
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

        Batches.AssertClose(tensor(slope), tensor(gradient), 1e-3);
    }

    [Theory]
    [InlineData("lstm", SamplePower.Square)]
    [InlineData("lstm", SamplePower.Absolute)]
    [InlineData("gru", SamplePower.Square)]
    [InlineData("gru", SamplePower.Absolute)]
    public void Sample_gradients_equal_those_of_single_samples(string kind, SamplePower power)
    {
        foreach (int steps in new[] { 6, 1 })
        {
            var (network, module) = Pair(kind, 12, steps);
            using (network)
            using (module)
            {
                Tensor inputs = Batches.Random(Seed, 11, steps, 5), slope = Batches.Random(Seed.Derive("slope"), 3, 11, 3), one = slope.select(0, 0).contiguous();
                Tensor expected = Batches.SampleGradientsOneByOne(network, inputs, slope, power);

                Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, slope, power), 1e-5);
                Batches.AssertClose(expected, Batches.SampleGradients(module, inputs, slope, power), 1e-4);
                Batches.AssertClose(Batches.SampleGradientsOneByOne(network, inputs, one, power), Batches.SampleGradients(network, inputs, one, power), 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_may_be_asked_for_again_and_sample_gradients_between(string kind)
    {
        using Network network = Make(kind, 6).Create([4, 5], 3, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 7, 4, 5), slope = Batches.Random(Seed.Derive("slope"), 7, 3), other = Batches.Random(Seed.Derive("other"), 7, 3);
        Tensor expected = Batches.Gradient(network, inputs, slope), ofOther = Batches.Gradient(network, inputs, other), squares = Batches.SampleGradients(network, inputs, slope, SamplePower.Square);
        Tensor gradient = zeros_like(expected), sum = zeros_like(expected);

        network.Forward(inputs);
        inputs.zero_(); // they were read by then
        network.AccumulateSampleGradients(slope, SamplePower.Square, sum);
        network.Backward(slope, gradient);
        Batches.AssertClose(expected, gradient, 0);
        network.Backward(other, gradient);
        network.AccumulateSampleGradients(slope, SamplePower.Square, sum);

        Batches.AssertClose(ofOther, gradient, 0);
        Batches.AssertClose(2 * squares, sum, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batches_of_any_size_follow_one_another(string kind)
    {
        var (network, module) = Pair(kind, 9, 4);
        using (network)
        using (module)
        {
            foreach (int batch in new[] { 4, 9, 1, 300, 9, 4 })
            {
                Tensor inputs = Batches.Random(Seed, batch, 4, 5), slope = Batches.Random(Seed.Derive("slope"), batch, 3);
                Batches.AssertClose(Batches.Gradient(module, inputs, slope), Batches.Gradient(network, inputs, slope), 1e-5);
                Batches.AssertClose(module.Predict(inputs), network.Predict(inputs), 1e-5);
                Batches.AssertClose(module.Features(inputs), network.Features(inputs), 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_image_is_read_row_by_row(string kind)
    {
        using Network sequence = Make(kind, 6).Create([28, 20], 10, Seed, CPU), image = Make(kind, 6).Create([1, 28, 20], 10, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 3, 1, 28, 20);

        Batches.AssertClose(sequence.Predict(inputs.view(3, 28, 20)), image.Predict(inputs), 0);
    }

    [Fact]
    public void One_step_of_an_lstm_is_that_worked_by_hand()
    {
        // One unit, one feature: gates input, forget, cell, output; then an output that doubles the hidden state and adds 1.
        using Network network = new Lstm(new() { Units = 1 }).Create([2, 1], 1, Seed, CPU);
        network.Parameters.copy_(tensor(new float[] { 1, 2, 3, 4, 0.5f, -0.5f, 0.25f, 1, 0.1f, 0.2f, 0.3f, 0.4f, 0, 1, 0, 0, 2, 1 }));
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        double c1 = Sigmoid(1.1) * Math.Tanh(3.3), h1 = Sigmoid(4.4) * Math.Tanh(c1);
        double c2 = Sigmoid(-2 + 0.5 * h1 + 0.1) * Math.Tanh(-6 + 0.25 * h1 + 0.3) + Sigmoid(-4 - 0.5 * h1 + 1.2) * c1, h2 = Sigmoid(-8 + h1 + 0.4) * Math.Tanh(c2);

        Assert.Equal(2 * h2 + 1, network.Predict(tensor(new float[] { 1, -2 }).view(1, 2, 1)).item<float>(), 1e-6);
        Assert.Equal(h2, network.Features(tensor(new float[] { 1, -2 }).view(1, 2, 1)).item<float>(), 1e-6);
    }

    [Fact]
    public void One_step_of_a_gru_is_that_worked_by_hand()
    {
        using Network network = new Gru(new() { Units = 1 }).Create([2, 1], 1, Seed, CPU);
        network.Parameters.copy_(tensor(new float[] { 1, 2, 3, 0.5f, -0.5f, 0.25f, 0.1f, 0.2f, 0.3f, 0, 1, 0.7f, 2, 1 }));
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        double z1 = Sigmoid(3.2), h1 = (1 - z1) * Math.Tanh(3.3 + Sigmoid(1.1) * 0.7);
        double r2 = Sigmoid(-2 + 0.1 + 0.5 * h1), z2 = Sigmoid(-4 + 1.2 - 0.5 * h1), h2 = (1 - z2) * Math.Tanh(-6 + 0.3 + r2 * (0.25 * h1 + 0.7)) + z2 * h1;

        Assert.Equal(2 * h2 + 1, network.Predict(tensor(new float[] { 1, -2 }).view(1, 2, 1)).item<float>(), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Coactivity_is_the_sum_over_steps_of_what_goes_in_and_comes_out(string kind)
    {
        // Gates are not visible from outside: with zero weights and biases they are 1/2 for sigmoids and 0 for tanh, and the state stays 0.
        using Network network = Make(kind, 2).Create([3, 1], 2, Seed, CPU);
        network.Parameters.zero_();
        Tensor inputs = tensor(new float[] { 1, -4, 1, 2, 2, 2 }).view(2, 3, 1), sum = zeros(network.Layout.Count);
        network.Forward(inputs);

        network.AccumulateCoactivity(tensor(new float[] { 3, 0, -1, 0 }).view(2, 2), sum);

        float[] open = [.. Enumerable.Range(0, kind == "lstm" ? 4 : 3).Select(gate => gate == 2 ? 0f : 1)]; // the third is a tanh in both
        float[] Slice(int index) => [.. sum.narrow(0, network.Layout.Slices[index].Offset, network.Layout.Slices[index].Length).data<float>()];
        Assert.Equal(open.SelectMany(gate => new[] { 4 * gate, 4 * gate }), Slice(0)); // |1 - 4 + 1| / 2 + |2 + 2 + 2| / 2
        Assert.All(Slice(1), number => Assert.Equal(0, number));
        Assert.Equal(open.SelectMany(gate => new[] { 3 * gate, 3 * gate }), Slice(2)); // two samples of three steps
        Assert.Equal(Slice(2), Slice(3));
        Assert.Equal([4, 0], Slice(5));
    }

    [Fact]
    public void The_bias_of_the_forget_gate_starts_at_1_and_everything_else_within_one_over_the_root_of_the_units()
    {
        using Network lstm = new Lstm(new() { Units = 100 }).Create([4, 9], 8, Seed, CPU), gru = new Gru(new() { Units = 100 }).Create([4, 9], 8, Seed, CPU);
        using Network zero = new Lstm(new() { Units = 100, ZeroOutput = true, ForgetBias = -2 }).Create([4, 9], 8, Seed, CPU);
        Tensor Slice(Network network, int index) => network.Parameters.narrow(0, network.Layout.Slices[index].Offset, network.Layout.Slices[index].Length);

        Assert.True(Slice(lstm, 2).narrow(0, 100, 100).eq(1).all().item<bool>());
        Assert.True(Slice(lstm, 3).narrow(0, 100, 100).eq(0).all().item<bool>());
        Assert.True(Slice(zero, 2).narrow(0, 100, 100).eq(-2).all().item<bool>());
        Assert.Equal(0, zero.Predict(ones(2, 4, 9)).abs().max().item<float>());
        Assert.InRange(gru.Parameters.abs().max().item<float>(), 0.099, 0.1);
        foreach (int index in new[] { 0, 1, 4, 5 }) Assert.InRange(Slice(lstm, index).abs().max().item<float>(), 0.06, 0.1);
        Assert.Equal(1, Slice(lstm, 2).abs().max().item<float>());
    }

    [Fact]
    public void Parameters_are_named_and_laid_out_as_in_PyTorch()
    {
        static string[] Text(ParameterLayout layout) => [.. layout.Slices.Select(slice => $"{slice.Name} {string.Join("x", slice.Shape)} {slice.Offset}")];

        Assert.Equal(["0.lstm.weight_ih_l0 20x9 0", "0.lstm.weight_hh_l0 20x5 180", "0.lstm.bias_ih_l0 20 280", "0.lstm.bias_hh_l0 20 300", "1.weight 8x5 320", "1.bias 8 360"],
            Text(new Lstm(new() { Units = 5 }).Layout([10, 9], 8)));
        Assert.Equal(["0.gru.weight_ih_l0 15x9 0", "0.gru.weight_hh_l0 15x5 135", "0.gru.bias_ih_l0 15 210", "0.gru.bias_hh_l0 15 225", "1.weight 8x5 240", "1.bias 8 280"],
            Text(new Gru(new() { Units = 10 }).Scaled(0.5).Layout([10, 9], 8)));
        foreach (string kind in Kinds.Select(row => row.Data))
        {
            var (network, module) = Pair(kind, 5, 10);
            Assert.Equal(Text(module.Layout), Text(network.Layout));
            network.Dispose();
            module.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Large_numbers_saturate_and_not_a_number_shows_in_the_outputs(string kind)
    {
        using Network network = Make(kind, 5).Create([3, 4], 2, Seed, CPU);
        Tensor inputs = ones(3, 3, 4) * 1e6f;
        inputs[1] = inputs[1].neg();
        inputs[2] = full(3, 4, float.NaN);

        Tensor logits = network.Forward(inputs);

        Assert.True(logits.narrow(0, 0, 2).isfinite().all().item<bool>());
        Assert.True(logits[2].isnan().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Numbers_repeat_bit_for_bit_wherever_the_inputs_lie(string kind)
    {
        using Network network = Make(kind, 5).Create([4, 3], 2, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 3, 4, 3).clone(), slope = Batches.Random(Seed.Derive("slope"), 3, 2).clone();
        Tensor expected = Batches.Gradient(network, inputs, slope);

        for (int shift = 1; shift < 16; shift++)
        {
            Tensor shifted = zeros(shift + 36).narrow(0, shift, 36).view(3, 4, 3), shiftedSlope = zeros(shift + 6).narrow(0, shift, 6).view(3, 2);
            shifted.copy_(inputs);
            shiftedSlope.copy_(slope);
            Batches.AssertClose(expected, Batches.Gradient(network, shifted, shiftedSlope), 0);
        }
    }

    [Fact]
    public void Impossible_settings_inputs_and_calls_are_refused()
    {
        Assert.Equal("out-of-range", Assert.Throws<EngramException>(() => new Lstm(new() { Units = 0 })).Code);
        Assert.Contains("[784]", Assert.Throws<EngramException>(() => new Lstm(new()).Layout([784], 10)).Message);
        Assert.Contains("gru", Assert.Throws<EngramException>(() => new Gru(new()).Create([3, 28, 28], 10, Seed, CPU)).Message);
        using Network network = new Lstm(new() { Units = 3 }).Create([4, 5], 2, Seed, CPU);
        Tensor gradient = zeros(network.Layout.Count);
        Assert.Throws<InvalidOperationException>(() => network.Backward(zeros(2, 2), gradient));
        Assert.Contains("[batch, 4, 5]", Assert.Throws<ArgumentException>(() => network.Forward(zeros(2, 19))).Message);
        network.Forward(zeros(2, 4, 5));
        Assert.Contains("[2, 2]", Assert.Throws<ArgumentException>(() => network.Backward(zeros(3, 2), gradient)).Message);
        Assert.Contains("FindsInputGradient", Assert.Throws<InvalidOperationException>(() => network.InputGradient).Message);
        network.Predict(zeros(2, 4, 5));
        Assert.Throws<InvalidOperationException>(() => network.Backward(zeros(2, 2), gradient));
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.Forward(zeros(2, 4, 5)));
    }

    private static Recurrent Make(string kind, int units) => kind == "lstm" ? new Lstm(new() { Units = units }) : new Gru(new() { Units = units });

    private static (Network Network, ModuleNetwork Module) Pair(string kind, int units, int steps)
    {
        Network network = Make(kind, units).Create([steps, 5], 3, Seed, CPU);
        ModuleNetwork module = Make(kind, units).CreateModule([steps, 5], 3, CPU);
        // Larger numbers make many units over many steps chaotic: then rounding grows without bound, in either engine.
        network.Parameters.copy_(1.2f / MathF.Sqrt(units) * Batches.Random(Seed, network.Layout.Count));
        module.Parameters.copy_(network.Parameters);
        Assert.IsType<RecurrentNetwork>(network);
        return (network, module);
    }
}
