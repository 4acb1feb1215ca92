using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class WordGruTests : IDisposable
{
    private static readonly Seed Seed = new(6);
    private readonly DisposeScope scope = NewDisposeScope();

    public WordGruTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(5, 7)]
    [InlineData(16, 8)]
    public void Logits_and_gradients_equal_those_of_the_engine_s_layers_one_sequence_at_a_time(int embedding, int units)
    {
        using Network network = Make(embedding, units);
        Tensor inputs = MemoryNetworkTests.Stories(9), slope = Batches.Random(Seed.Derive("slope"), 9, MemoryNetworkTests.Outputs);
        Tensor leaf = network.Parameters.clone().requires_grad_(true);
        Tensor[] pieces = [.. network.Layout.Slices.Select(slice => leaf.narrow(0, slice.Offset, slice.Length).reshape(slice.Shape))];
        Tensor expected = cat([.. Enumerable.Range(0, 9).Select(n => Answer(pieces, inputs[n].data<float>().ToArray(), units).unsqueeze(0))], 0);
        Tensor gradient = autograd.grad([(expected * slope).sum()], [leaf])[0];

        Batches.AssertClose(expected.detach(), network.Forward(inputs), 1e-5);
        Batches.AssertClose(expected.detach(), network.Predict(inputs), 1e-5);
        Batches.AssertClose(gradient, Batches.Gradient(network, inputs, slope), 1e-5);
    }

    [Theory]
    [InlineData(SamplePower.Square)]
    [InlineData(SamplePower.Absolute)]
    public void Sample_gradients_equal_those_of_single_samples(SamplePower power)
    {
        using Network network = Make(6, 9);
        Tensor inputs = MemoryNetworkTests.Stories(7), slope = Batches.Random(Seed.Derive("slope"), 3, 7, MemoryNetworkTests.Outputs);
        Tensor expected = Batches.SampleGradientsOneByOne(network, inputs, slope, power);

        Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, slope, power), 1e-5);
        Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, slope, power), 1e-5);
    }

    [Fact]
    public void Inputs_that_are_no_stories_are_refused() =>
        Assert.Contains("[1, 28, 28]", Assert.Throws<EngramException>(() => new WordGru(new()).Create([1, 28, 28], 10, Seed, CPU)).Message);

    private static Network Make(int embedding, int units) =>
        new WordGru(new() { Embedding = embedding, Units = units }).Create([1 + MemoryNetworkTests.Statements, MemoryNetworkTests.Words], MemoryNetworkTests.Outputs, Seed, CPU);

    // PyTorch's equations of a gated recurrent unit, word by word.
    private static Tensor Answer(Tensor[] pieces, float[] input, int units)
    {
        int words = MemoryNetworkTests.Words, rows = 1 + Enumerable.Range(1, MemoryNetworkTests.Statements).TakeWhile(row => input[row * words] > 0).Count();
        Tensor h = zeros(units);
        foreach (int row in Enumerable.Range(0, rows).Reverse())
        {
            foreach (int word in input.AsSpan(row * words, words).ToArray().TakeWhile(number => number > 0).Select(number => (int)number))
            {
                Tensor[] x = (pieces[1].mv(pieces[0][word - 1]) + pieces[3]).chunk(3), s = (pieces[2].mv(h) + pieces[4]).chunk(3);
                Tensor r = (x[0] + s[0]).sigmoid(), z = (x[1] + s[1]).sigmoid(), n = (x[2] + r * s[2]).tanh();
                h = (1 - z) * n + z * h;
            }
        }
        return pieces[5].mv(h) + pieces[6];
    }
}
