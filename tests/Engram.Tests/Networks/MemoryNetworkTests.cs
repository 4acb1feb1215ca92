using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class MemoryNetworkTests : IDisposable
{
    internal const int Outputs = 9, Statements = 5, Words = 4;
    private static readonly Seed Seed = new(5);
    private readonly DisposeScope scope = NewDisposeScope();

    public MemoryNetworkTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    public static TheoryData<int, int, bool> Sizes => new() { { 20, 3, false }, { 7, 1, false }, { 50, 2, true }, { 3, 3, true }, { 16, 4, false } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Logits_and_gradients_equal_those_of_the_paper_s_equations_differentiated_by_the_engine(int embedding, int hops, bool isLinear)
    {
        using Network network = Make(new() { Embedding = embedding, Hops = hops, LinearEpochs = [isLinear ? 1 : 0], TimeNoise = 0, Deviation = 0.3 });
        network.Moment = new(Seed, 0, 0, 0);
        Tensor inputs = Stories(11), slope = Batches.Random(Seed.Derive("slope"), 11, Outputs);
        Tensor leaf = network.Parameters.clone().requires_grad_(true);
        Tensor expected = cat([.. Enumerable.Range(0, 11).Select(n => Equations(leaf, inputs[n].data<float>().ToArray(), embedding, hops, isLinear).unsqueeze(0))], 0);
        Tensor gradient = autograd.grad([(expected * slope).sum()], [leaf])[0];

        Batches.AssertClose(expected.detach(), network.Forward(inputs), 1e-5);
        Batches.AssertClose(expected.detach(), network.Predict(inputs), 1e-5);
        Batches.AssertClose(gradient, Batches.Gradient(network, inputs, slope), 1e-5);
        Batches.AssertClose(gradient, Batches.Gradient(network, inputs, slope), 1e-5); // nothing is left over from the first time
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_is_the_slope_of_the_loss_measured_by_finite_differences(bool isLinear)
    {
        using Network network = Make(new() { Embedding = 5, LinearEpochs = [isLinear ? 1 : 0], TimeNoise = 0, Deviation = 0.4 });
        network.Moment = new(Seed, 0, 0, 0);
        Tensor inputs = Stories(6), weights = Batches.Random(Seed.Derive("weights"), 6, Outputs);
        double Loss() => (network.Forward(inputs).to(float64) * weights).sum().item<double>();
        float[] gradient = Batches.Gradient(network, inputs, weights).data<float>().ToArray(), slope = new float[gradient.Length];
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
    [InlineData(SamplePower.Square)]
    [InlineData(SamplePower.Absolute)]
    public void Sample_gradients_equal_those_of_single_samples(SamplePower power)
    {
        using Network network = Make(new() { Embedding = 13, Deviation = 0.3 });
        Tensor inputs = Stories(7), slope = Batches.Random(Seed.Derive("slope"), 3, 7, Outputs);
        Tensor expected = Batches.SampleGradientsOneByOne(network, inputs, slope, power);

        Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, slope, power), 1e-5);
        Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, slope, power), 1e-5);
    }

    [Fact]
    public void A_worked_example()
    {
        // Two outputs, one statement of one word, d = 1, one hop: L[1, 1] = 1, so m = E0[w] + E0[t], c = E1[w] + E1[t], u = E0[q].
        using Network network = new MemoryNetwork(new() { Embedding = 1, Hops = 1, TimeNoise = 0 }).Create([2, 1], 2, Seed, CPU);
        Assert.Equal(["embedding.0", "embedding.1"], network.Layout.Slices.Select(slice => slice.Name));
        network.Parameters.copy_(tensor([0.5f, 0.25f, 0.125f, 2f, 3f, 4f])); // E0: words 1 and 2, time 1; E1 the same
        Tensor inputs = tensor([1f, 2f]).reshape(1, 2, 1); // question: word 1; statement: word 2

        Tensor logits = network.Forward(inputs);

        // One statement has all attention: u = 0.5 + (3 + 4) = 7.5, logits 2 u and 3 u.
        Assert.Equal([15f, 22.5f], logits.data<float>().ToArray());
        Assert.Equal([1f], Assert.Single(network.TakeAttention()!));
        Assert.Null(network.TakeAttention());
        network.Moment = new(Seed, 0, 0, 0);
        using Network linear = new MemoryNetwork(new() { Embedding = 1, Hops = 1, TimeNoise = 0, LinearEpochs = [1] }).Create([2, 1], 2, Seed, CPU);
        linear.Parameters.copy_(network.Parameters);
        linear.Moment = new(Seed, 0, 0, 0);
        // p = m u = (0.25 + 0.125) 0.5 = 0.1875, u = 0.5 + 0.1875 x 7 = 1.8125.
        Assert.Equal([3.625f, 5.4375f], linear.Forward(inputs).data<float>().ToArray());
        linear.Moment = new(Seed, 0, 1, 0);
        Assert.Equal([15f, 22.5f], linear.Forward(inputs).data<float>().ToArray());
    }

    [Fact]
    public void Each_task_has_its_own_linear_start_and_the_last_number_is_for_all_that_follow()
    {
        using Network network = Make(new() { Embedding = 5, LinearEpochs = [1, 0, 2], TimeNoise = 0, Deviation = 0.4 }), linear = Make(new() { Embedding = 5, LinearEpochs = [9], TimeNoise = 0 });
        linear.Parameters.copy_(network.Parameters);
        linear.Moment = new(Seed, 0, 0, 0);
        Tensor inputs = Stories(6), without = linear.Forward(inputs).clone();

        bool[] isLinear = [.. new[] { (0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2), (7, 1), (7, 2) }.Select(moment =>
        {
            network.Moment = new(Seed, moment.Item1, moment.Item2, 0);
            return network.Forward(inputs).eq(without).all().item<bool>();
        })];

        Assert.Equal([true, false, false, true, true, false, true, false], isLinear);
    }

    [Fact]
    public void A_sample_s_answer_does_not_depend_on_its_company()
    {
        using Network network = Make(new() { Embedding = 20 });
        Tensor inputs = Stories(12), together = network.Predict(inputs).clone();

        for (int n = 0; n < 12; n++) Batches.AssertClose(together.narrow(0, n, 1), network.Predict(inputs.narrow(0, n, 1).contiguous()), 1e-6);
    }

    [Fact]
    public void Noise_only_while_learning_and_the_same_for_the_same_moment()
    {
        using Network network = Make(new() { Embedding = 20, TimeNoise = 1 });
        Tensor inputs = Stories(12), quiet = network.Predict(inputs).clone();

        Assert.True(network.Forward(inputs).eq(quiet).all().item<bool>());
        network.Moment = new(Seed, 1, 2, 30);
        Tensor noisy = network.Forward(inputs).clone(), again = network.Forward(inputs).clone();
        Assert.True(noisy.eq(again).all().item<bool>());
        Assert.False(noisy.eq(quiet).all().item<bool>());
        Assert.True(network.Predict(inputs).eq(quiet).all().item<bool>());
        network.Moment = new(Seed, 1, 2, 31);
        Assert.False(noisy.eq(network.Forward(inputs)).all().item<bool>());
    }

    [Fact]
    public void Without_any_statement_the_answer_rests_on_the_question()
    {
        using Network network = Make(new() { Embedding = 6 });
        Tensor inputs = zeros(2, 1 + Statements, Words), slope = Batches.Random(Seed, 2, Outputs);
        inputs[0, 0, 0] = 3;
        inputs[1, 0, 0] = 4;

        Assert.True(network.Forward(inputs).isfinite().all().item<bool>());
        Assert.True(Batches.Gradient(network, inputs, slope).isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    [InlineData(10f)]
    [InlineData(float.NaN)]
    public void A_number_that_is_no_word_is_refused(float number)
    {
        using Network network = Make(new());
        Tensor inputs = Stories(2);
        inputs[1, 0, 0] = number;

        Assert.Contains("word numbers from 1 to 9", Assert.Throws<ArgumentException>(() => network.Forward(inputs)).Message);
    }

    [Fact]
    public void Inputs_that_are_no_stories_are_refused() =>
        Assert.Contains("[1, 28, 28]", Assert.Throws<EngramException>(() => new MemoryNetwork(new()).Create([1, 28, 28], 10, Seed, CPU)).Message);

    private static Network Make(MemoryNetwork.Options options) => new MemoryNetwork(options).Create([1 + Statements, Words], Outputs, Seed, CPU);

    // A question and 0 to 5 statements of 1 to 4 words each.
    internal static Tensor Stories(int count)
    {
        RandomSource random = Seed.For("stories");
        float[] numbers = new float[count * (1 + Statements) * Words];
        for (int n = 0; n < count; n++)
        {
            int rows = 1 + (n == 0 ? Statements : random.NextInt(Statements + 1));
            for (int row = 0; row < rows; row++)
                for (int word = 0, words = 1 + random.NextInt(Words); word < words; word++) numbers[(n * (1 + Statements) + row) * Words + word] = 1 + random.NextInt(Outputs);
        }
        return tensor(numbers).reshape(count, 1 + Statements, Words);
    }

    // methods.md section 2.2, one question at a time, nothing shared between hops.
    private static Tensor Equations(Tensor parameters, float[] input, int d, int hops, bool isLinear)
    {
        int rows = Outputs + Statements;
        Tensor Embedding(int h, int row) => parameters.narrow(0, (h * rows + row) * d, d);
        Tensor Place(int j) => tensor([.. Enumerable.Range(1, d).Select(k => (float)(1 + 4 * (k - (d + 1) / 2.0) * (j - (Words + 1) / 2.0) / (d * Words)))]);
        int[] WordsOf(int row) => [.. input.AsSpan(row * Words, Words).ToArray().TakeWhile(number => number > 0).Select(number => (int)number)];
        Tensor Vector(int h, int row) => WordsOf(row).Select((word, j) => Place(j + 1) * Embedding(h, word - 1)).Aggregate(zeros(d), (sum, one) => sum + one);
        int statements = Enumerable.Range(1, Statements).TakeWhile(row => input[row * Words] > 0).Count();
        Tensor u = Vector(0, 0);
        for (int h = 1; h <= hops && statements > 0; h++)
        {
            Tensor m = stack(Enumerable.Range(1, statements).Select(i => Vector(h - 1, i) + Embedding(h - 1, Outputs + i - 1)));
            Tensor c = stack(Enumerable.Range(1, statements).Select(i => Vector(h, i) + Embedding(h, Outputs + i - 1)));
            Tensor p = isLinear ? m.mv(u) : cat([m.mv(u), zeros(Statements - statements)], 0).softmax(0).narrow(0, 0, statements);
            u += c.t().mv(p);
        }
        return parameters.narrow(0, hops * rows * d, Outputs * d).reshape(Outputs, d).mv(u);
    }
}
