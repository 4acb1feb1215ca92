using CsCheck;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class QuadraticPenaltyTests : IDisposable
{
    private const int Count = 19; // not a multiple of any vector's width
    private readonly DisposeScope scope = NewDisposeScope();

    public QuadraticPenaltyTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Importance_4_anchor_1_parameter_1_and_a_half_and_strength_10_give_penalty_5_and_gradient_20()
    {
        using QuadraticPenalty penalty = new();
        penalty.Add(tensor(new[] { 4f }), tensor(new[] { 1f }));
        Tensor parameters = tensor(new[] { 1.5f }), gradient = zeros(1);

        penalty.AddGradient(10, parameters, gradient);

        Assert.Equal(5, penalty.Value(10, parameters));
        Assert.Equal(20, gradient.item<float>());
    }

    [Fact]
    public void Before_the_first_anchor_there_is_nothing()
    {
        using QuadraticPenalty penalty = new();
        Tensor gradient = Random(1);
        float[] before = gradient.data<float>().ToArray();

        penalty.AddGradient(10, Random(2), gradient);

        Assert.Equal(before, gradient.data<float>().ToArray());
        Assert.Equal(0, penalty.Value(10, Random(2)));
        Assert.Equal(0, penalty.StoredBytes);
    }

    [Fact]
    public void The_sum_over_several_anchors_is_kept_exactly() => Gen.Int[1, 6].Select(Gen.ULong).Sample((anchors, seed) =>
    {
        using DisposeScope one = NewDisposeScope();
        using QuadraticPenalty penalty = new();
        Tensor parameters = Random(seed), other = Random(seed + 1), expected = zeros(Count), gradient = zeros(Count);
        double difference = 0;
        for (ulong k = 1; k <= (ulong)anchors; k++)
        {
            Tensor weight = Random(seed + 100 * k).square(), anchor = Random(seed + 200 * k);
            penalty.Add(weight, anchor);
            expected.add_(weight * (parameters - anchor), 3);
            difference += 1.5 * (weight * ((parameters - anchor).square() - (other - anchor).square())).sum().item<float>();
        }

        penalty.AddGradient(3, parameters, gradient);

        Batches.AssertClose(expected, gradient, 1e-4);
        Assert.Equal(difference, penalty.Value(3, parameters) - penalty.Value(3, other), 1e-3 * (1 + penalty.Value(3, parameters) + penalty.Value(3, other))); // up to a constant
        Assert.Equal(2 * Count * sizeof(float), penalty.StoredBytes);
    }, iter: 40, threads: 1);

    [Fact]
    public void The_gradient_is_the_slope_of_the_penalty_measured_by_finite_differences()
    {
        using QuadraticPenalty penalty = new();
        penalty.Add(Random(1).square(), Random(2));
        penalty.Add(Random(3).square(), Random(4));
        Tensor parameters = Random(5), gradient = zeros(Count), slope = zeros(Count);
        penalty.AddGradient(7, parameters, gradient);

        for (int i = 0; i < Count; i++)
        {
            Tensor step = zeros(Count);
            step[i] = 0.01f;
            slope[i] = (penalty.Value(7, parameters + step) - penalty.Value(7, parameters - step)) / 0.02;
        }

        Batches.AssertClose(slope, gradient, 1e-3);
    }

    [Fact]
    public void The_one_pass_over_vectors_gives_what_tensor_operations_give()
    {
        using QuadraticPenalty penalty = new();
        Tensor importance = Random(1).square(), centre = Random(2), parameters = Random(3), gradient = Random(4), expected = gradient + 2.5 * importance * (parameters - centre);
        penalty.Add(importance, centre);

        penalty.AddGradient(2.5, parameters, gradient);

        Batches.AssertClose(expected, gradient, 1e-6);
    }

    [Fact]
    public void Nothing_is_written_behind_the_gradient()
    {
        using QuadraticPenalty penalty = new();
        penalty.Add(Random(1).square(), Random(2));
        Tensor all = zeros(Count + 1);

        penalty.AddGradient(2.5, Random(3), all.narrow(0, 0, Count));

        Assert.Equal(0, all[Count].item<float>());
        Assert.NotEqual(0, all[Count - 1].item<float>());
    }

    [Fact]
    public void Parameters_that_do_not_lie_in_a_row_are_pulled_alike()
    {
        using QuadraticPenalty penalty = new();
        Tensor importance = Random(1).square(), centre = Random(2), parameters = zeros(Count, 2).select(1, 0), gradient = Random(4), expected = gradient + 2.5 * importance * (Random(3) - centre);
        parameters.copy_(Random(3));
        penalty.Add(importance, centre);

        penalty.AddGradient(2.5, parameters, gradient);

        Batches.AssertClose(expected, gradient, 1e-6);
    }

    [Fact]
    public void Parameters_without_importance_are_free_and_never_become_not_a_number()
    {
        using QuadraticPenalty penalty = new();
        penalty.Add(zeros(Count), Random(1));
        penalty.Add(zeros(Count), Random(2));
        Tensor gradient = zeros(Count);

        penalty.AddGradient(1e6, Random(3), gradient);

        Assert.All(gradient.data<float>().ToArray(), number => Assert.Equal(0, number));
        Batches.AssertClose(Random(2), penalty.Centre!, 1e-6);
    }

    [Fact]
    public void Replacing_forgets_the_old_anchor_and_copies_the_new_one()
    {
        using QuadraticPenalty penalty = new();
        Tensor importance = Random(1).square(), centre = Random(2), gradient = zeros(Count);
        penalty.Add(ones(Count), zeros(Count));
        Tensor old = penalty.Importance!;
        penalty.Replace(importance, centre);
        Tensor expected = importance * (Random(3) - centre);
        importance.zero_();
        centre.zero_();

        penalty.AddGradient(1, Random(3), gradient);

        Batches.AssertClose(expected, gradient, 1e-6);
        Assert.True(old.IsInvalid);
    }

    private static Tensor Random(ulong seed) => Batches.Random(new(seed), Count);
}
