using Engram.Methods.Growth;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Growth;

public sealed class PerturbationSensitivityTests
{
    [Theory]
    [InlineData(1, 1, 0.5)]
    [InlineData(1, 2, 0.8)]
    [InlineData(3, 1, 0.1)]
    public void A_column_that_breaks_the_task_at_half_the_noise_is_used_four_times_as_much(double first, double second, double share)
    {
        // One image and one hidden unit per column. The answer flips when noise takes 1 from the difference of the two outputs. A column whose unit has
        // the weight w and the direction n does that at sigma = 1 / |w n|, so with w = -c / n its precision is c^2, and the shares are as the squares of c.
        NativeEngine.PrepareThread(1);
        using DisposeScope scope = NewDisposeScope();
        Seed seed = new(5);
        ParameterLayout plain = Perceptron.LayoutOf([1], [1], 2);
        using DenseColumn one = new(new(plain, 0, LateralKind.Linear, false), [], [1], 2), two = new(new(plain, 1, LateralKind.Linear, false), [one], [1], 2);
        double[] weights = [.. new[] { first, second }.Select((c, column) => -c / Direction(column))];
        // Both hidden units are 1 whatever the input; the outputs' difference, own weight + lateral weight + bias, is 1.
        one.Parameters.copy_(tensor(new float[] { 0, 1, 0, 0, 0, 0 }));
        two.Parameters.copy_(tensor(new[] { 0, 1, (float)weights[1], 0, (float)(1 - weights[0] - weights[1]), 0, (float)weights[0], 0 }));
        Samples image = new Image();

        double?[][] shares = new PerturbationSensitivity(seed, 1).Of(new(1, "second", image, null, image, [0, 1]), [one, two]);

        Assert.Equal(share, Assert.Single(shares)[1]!.Value, 2e-3); // a bisection ends within a thousandth
        Assert.Equal(1 - share, shares[0][0]!.Value, 2e-3);

        float Direction(int column)
        {
            float[] number = new float[1];
            seed.For("perturbation", 1, column).FillGaussian(number);
            return number[0];
        }
    }

    [Theory]
    [InlineData(1, 0)] // the answer is wrong whatever the noise: nothing to lose
    [InlineData(0, 1)] // nothing but the bias counts: no noise breaks the task
    public void Where_no_noise_breaks_the_task_there_are_no_shares(float weight, float bias)
    {
        NativeEngine.PrepareThread(1);
        using DisposeScope scope = NewDisposeScope();
        using DenseColumn one = new(new(Perceptron.LayoutOf([1], [1], 2), 0, LateralKind.Linear, false), [], [1], 2);
        one.Parameters.copy_(tensor(new float[] { 0, 1, 0, weight, bias, 0 }));
        Samples image = new Image();

        double?[][] shares = new PerturbationSensitivity(new(5), 1).Of(new(0, "first", image, null, image, [0, 1]), [one]);

        Assert.Null(Assert.Single(Assert.Single(shares)));
        Assert.Null(one.Disturbance);
    }

    [Fact]
    public void No_more_samples_are_measured_than_there_are_or_than_are_asked_for()
    {
        NativeEngine.PrepareThread(1);
        using DisposeScope scope = NewDisposeScope();
        using DenseColumn one = new(new(Perceptron.LayoutOf([1], [1], 2), 0, LateralKind.Linear, false), [], [1], 2);
        one.Parameters.copy_(tensor(new float[] { 0, 1, 1, 0, 0, 0 }));
        Samples image = new Image(target: 4); // answered by output 0 of a task whose outputs begin with class 4

        double?[][] shares = new PerturbationSensitivity(new(5), 100).Of(new(2, "third", image, null, image, [4, 5]), [one]);

        Assert.Equal(1.0, shares[0][0]);
    }

    private sealed class Image(int target = 0) : Samples
    {
        public override int Count => 1;

        public override IReadOnlyList<long> InputShape => [1];

        public override IReadOnlyList<int> Lessons => [1];

        public override void Read(int sample, Span<float> input) => input[0] = 7;

        public override int Target(int sample) => target;

        public override int Task(int sample) => 1;
    }
}
