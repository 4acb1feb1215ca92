using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Answering;

public sealed class ObjectiveTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor logits, targets, mask;

    public ObjectiveTests()
    {
        NativeEngine.PrepareThread(1);
        logits = 3 * Batches.Random(new(1), 6, 4);
        targets = tensor(new long[] { 0, 1, 1, 2, 0, 2 });
        mask = tensor(new[] { 0, 0, 0, float.NegativeInfinity }).unsqueeze(0);
    }

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cross_entropy_and_its_gradient_are_those_of_the_engine(bool masked)
    {
        Tensor leaf = logits.clone().requires_grad_(true);
        Tensor loss = nn.functional.cross_entropy(masked ? leaf + mask : leaf, targets);
        loss.backward();

        Objective objective = Objective.CrossEntropy(logits, targets, masked ? mask : null);

        Batches.AssertClose(loss.detach(), objective.Value, 1e-6);
        Batches.AssertClose(leaf.grad!, objective.Gradient, 1e-6);
    }

    [Fact]
    public void Many_outputs_with_a_mask_for_each_sample_have_the_engines_loss_and_what_is_no_number_stays_none()
    {
        Tensor many = randn(5, 37), right = tensor(new long[] { 0, 36, 8, 15, 16 }), masks = zeros(5, 37);
        masks[1, 3] = masks[4, 36] = float.NegativeInfinity;
        Tensor leaf = many.clone().requires_grad_(true), loss = nn.functional.cross_entropy(leaf + masks, right);
        loss.backward();

        Objective objective = Objective.CrossEntropy(many, right, masks);

        Batches.AssertClose(loss.detach(), objective.Value, 1e-6);
        Batches.AssertClose(leaf.grad!, objective.Gradient, 1e-6);
        many[2, 20] = float.NaN;
        Assert.True(float.IsNaN(Objective.CrossEntropy(many, right, masks).Value.item<float>()));
    }

    [Fact]
    public void Outputs_that_do_not_compete_get_no_gradient_and_those_that_do_share_all_of_it()
    {
        Tensor gradient = Objective.CrossEntropy(logits, targets, mask).Gradient;

        Assert.All(gradient.select(1, 3).data<float>().ToArray(), number => Assert.Equal(0, number));
        Assert.All(gradient.sum(dim: 1).data<float>().ToArray(), number => Assert.Equal(0, number, 1e-7));
    }

    [Fact]
    public void A_mask_can_differ_from_sample_to_sample()
    {
        Tensor rows = zeros(6, 4);
        rows[0, 3] = float.NegativeInfinity;
        rows[5, 0] = float.NegativeInfinity;

        Tensor gradient = Objective.CrossEntropy(logits, targets, rows).Gradient;

        Batches.AssertClose(Objective.CrossEntropy(logits, targets).Gradient.narrow(0, 1, 4), gradient.narrow(0, 1, 4), 1e-6);
        Assert.Equal(0, gradient[0, 3].item<float>());
        Assert.Equal(0, gradient[5, 0].item<float>());
    }

    [Fact]
    public void Hopelessly_wrong_logits_have_a_finite_loss()
    {
        Objective objective = Objective.CrossEntropy(tensor(new float[] { 1000, -1000 }).unsqueeze(0), tensor(new long[] { 1 }));

        Assert.Equal(2000, objective.Value.item<float>());
        Assert.Equal([1f, -1f], objective.Gradient.data<float>().ToArray());
    }

    [Fact]
    public void Any_expression_can_be_a_loss()
    {
        Objective objective = Objective.Of(logits, z => (z * z).sum() / 2);

        Assert.Equal((logits * logits).sum().item<float>() / 2, objective.Value.item<float>(), 1e-4);
        Batches.AssertClose(logits, objective.Gradient, 1e-6);
        Assert.False(objective.Value.requires_grad);
        Assert.False(logits.requires_grad);
    }

    [Fact]
    public void Gradients_of_means_and_transposes_lie_in_order_so_that_a_network_takes_them()
    {
        using Network network = new Mlp(new() { Hidden = [3] }).Create([5], 4, new(1), CPU);
        Tensor outputs = network.Forward(ones(6, 5)), gradient = zeros(network.Layout.Count), weights = Batches.Random(new(2), 4, 6);
        foreach (Objective objective in new[] { Objective.Of(outputs, z => z.mean()), Objective.Of(outputs, z => (z.t() * weights).sum()) })
        {
            network.Backward(objective.Gradient, gradient);

            Assert.True(gradient.abs().max().item<float>() > 0);
        }
    }

    [Fact]
    public void Sums_and_multiples_add_and_multiply_value_and_gradient()
    {
        Objective first = Objective.CrossEntropy(logits, targets), second = Objective.Of(logits, z => z.square().mean());

        Objective sum = first + 0.25 * second;

        Batches.AssertClose(first.Value + 0.25 * second.Value, sum.Value, 1e-6);
        Batches.AssertClose(first.Gradient + 0.25 * second.Gradient, sum.Gradient, 1e-6);
    }
}
