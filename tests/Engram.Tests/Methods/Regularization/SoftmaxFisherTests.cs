using Engram.Answering;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class SoftmaxFisherTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public SoftmaxFisherTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Two_classes_give_the_numbers_worked_by_hand()
    {
        using Perceptron network = new([2], [], 2);
        Tensor x = tensor(new float[] { 1, 2 }).view(1, 2), p = tensor(new float[] { 0.8f, 0.2f }).view(1, 2);

        Tensor fisher = Batches.SampleGradients(network, x, SoftmaxFisher.OutputGradients(p), SamplePower.Square);

        Batches.AssertClose(tensor(new[] { 0.16f, 0.64f, 0.16f, 0.64f, 0.16f, 0.16f }), fisher, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void It_equals_the_sum_over_classes_weighted_by_their_probability(int sharpness)
    {
        using Network network = new Mlp(new() { Hidden = [12, 9] }).Create([6], 7, new(2), CPU);
        Tensor inputs = Batches.Random(new(3), 10, 6), logits = Batches.Random(new(4), 10, 7) * sharpness;
        logits.narrow(1, 2, 2).fill_(float.NegativeInfinity); // two classes do not compete
        Tensor p = logits.softmax(1), expected = zeros(network.Layout.Count);
        for (long y = 0; y < 7; y++)
        {
            Tensor slope = p - nn.functional.one_hot(full(10, y, dtype: int64), 7);
            expected.add_(Batches.SampleGradients(network, inputs, slope * p.narrow(1, y, 1).sqrt(), SamplePower.Square));
        }

        Tensor gradients = SoftmaxFisher.OutputGradients(p);

        Assert.Equal([4, 10, 7], gradients.shape);
        Batches.AssertClose(expected, Batches.SampleGradients(network, inputs, gradients, SamplePower.Square), 1e-5);
    }

    [Fact]
    public void Samples_with_other_competing_classes_and_certain_ones_among_them_keep_their_own_information()
    {
        // The sum over the columns of L of L L^T is diag(p) - p p^T for every sample, whoever stands beside it.
        Tensor p = tensor(new float[,] { { 0.5f, 0.5f, 0 }, { 0, 0.25f, 0.75f }, { 1, 0, 0 }, { 0, 0, 1 }, { 0.2f, 0, 0.8f } });

        Tensor columns = SoftmaxFisher.OutputGradients(p); // [terms, batch, outputs]

        for (int n = 0; n < 5; n++)
        {
            Tensor own = columns.select(1, n), row = p[n];
            Batches.AssertClose(diag(row) - outer(row, row) + 1, own.t().mm(own) + 1, 1e-6);
        }
    }

    [Fact]
    public void A_certain_prediction_carries_no_information()
    {
        Assert.Equal(0, SoftmaxFisher.OutputGradients(tensor(new float[] { 0, 1, 0 }).view(1, 3)).abs().max().item<float>());
        Assert.Equal([1, 1, 3], SoftmaxFisher.OutputGradients(tensor(new float[] { 0, 1, 0 }).view(1, 3)).shape);
    }
}
