using CsCheck;
using Engram.Methods.Rehearsal;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class HerdingTests
{
    [Fact]
    public void Three_features_are_chosen_in_the_order_worked_by_hand()
    {
        using Tensor features = tensor(new[,] { { 1f, 0 }, { 0, 1 }, { 0.6f, 0.8f } });

        Assert.Equal([2, 0, 1], Herding.Choose(features, 3));
        Assert.Equal([2, 0], Herding.Choose(features, 2));
        Assert.Equal([2, 0, 1], Herding.Choose(features, 10));
    }

    [Fact]
    public void Each_choice_keeps_the_mean_of_the_chosen_closest_to_the_mean_of_all() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 4], Gen.Bool, Gen.ULong).Sample((count, length, withZeros, seed) =>
        {
            using var scope = NewDisposeScope();
            RandomSource random = new(seed);
            Tensor features = Herding.Normalized(tensor([.. Enumerable.Range(0, count * length).Select(_ => (float)random.NextGaussian())]).view(count, length));
            if (withZeros) features[0].fill_(0f);

            int[] chosen = Herding.Choose(features, count);

            Assert.Equal(count, chosen.Distinct().Count());
            Tensor mean = features.to(float64).mean([0]), sum = zeros(length, dtype: float64);
            for (int k = 0; k < count; k++)
            {
                double Distance(int row) => (mean - (sum + features[row]).Divide(k + 1)).norm().item<double>();
                Assert.True(Distance(chosen[k]) <= Enumerable.Range(0, count).Except(chosen[..k]).Min(Distance) + 1e-5);
                sum = sum + features[chosen[k]];
            }
        }, iter: 50);

    [Fact]
    public void Features_are_scaled_to_length_one_row_by_row_and_zeros_stay()
    {
        using var scope = NewDisposeScope();

        Tensor normalized = Herding.Normalized(tensor(new[,] { { 3f, 4 }, { 0, 0 }, { 0, -1e-6f } }));

        Assert.Equal([0.6f, 0.8f, 0, 0, 0, -1], normalized.data<float>().ToArray());
    }
}
