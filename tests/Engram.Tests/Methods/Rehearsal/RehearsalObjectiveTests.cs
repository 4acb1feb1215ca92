using Engram.Answering;
using Engram.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class RehearsalObjectiveTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weighted_cross_entropy_is_the_engines(bool masked)
    {
        using var scope = NewDisposeScope();
        Generator random = new(1);
        Tensor logits = randn([6, 4], generator: random), targets = tensor([0L, 1, 2, 0, 2, 1]), weights = rand([6, 1], generator: random);
        Tensor? mask = masked ? tensor([0f, 0, 0, float.NegativeInfinity]).unsqueeze(0) : null;

        Objective ours = Objective.CrossEntropy(logits, targets, mask, weights);

        AssertSame(Objective.Of(logits, leaf => (nn.functional.cross_entropy(mask is null ? leaf : leaf + mask, targets, reduction: nn.Reduction.None) * weights.squeeze(1)).sum()), ours);
        AssertSame(Objective.CrossEntropy(logits, targets, mask), Objective.CrossEntropy(logits, targets, mask, full(6, 1, 1f / 6)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sigmoid_cross_entropy_is_the_engines(bool masked)
    {
        using var scope = NewDisposeScope();
        Generator random = new(1);
        Tensor logits = randn([6, 4], generator: random) * 10, targets = rand([6, 4], generator: random);
        Tensor? mask = masked ? tensor([0f, 0, 0, float.NegativeInfinity]).unsqueeze(0) : null;
        int counted = masked ? 3 : 4;

        Objective ours = Objective.SigmoidCrossEntropy(logits, targets, mask);

        AssertSame(Objective.Of(logits, leaf => nn.functional.binary_cross_entropy_with_logits(leaf.narrow(1, 0, counted), targets.narrow(1, 0, counted), reduction: nn.Reduction.Sum) / 6), ours);
    }

    [Fact]
    public void Sigmoid_cross_entropy_has_the_numbers_worked_by_hand()
    {
        using var scope = NewDisposeScope();
        Objective loss = Objective.SigmoidCrossEntropy(zeros(1, 2), tensor([1f, 0.25f]).unsqueeze(0));

        Assert.Equal(2 * Math.Log(2), loss.Value.item<float>(), 1e-6);
        Assert.Equal([-0.5f, 0.25f], loss.Gradient.data<float>().ToArray());
    }

    private static void AssertSame(Objective expected, Objective actual)
    {
        Assert.Equal(expected.Value.item<float>(), actual.Value.item<float>(), 1e-5f * Math.Abs(expected.Value.item<float>()));
        Assert.True((expected.Gradient - actual.Gradient).abs().max().item<float>() < 1e-6f);
        Assert.Equal(expected.Gradient.shape, actual.Gradient.shape);
    }
}
