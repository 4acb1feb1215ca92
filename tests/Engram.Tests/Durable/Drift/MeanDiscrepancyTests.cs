using Engram.Durable.Drift;

namespace Engram.Tests.Durable.Drift;

public sealed class MeanDiscrepancyTests
{
    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(20, 31, 19)]
    public void The_estimate_is_that_of_the_definition(int n, int m, int length)
    {
        float[][] one = Draw(n, length, 0), other = Draw(m, length, 1);
        float[][] all = [.. one, .. other];
        double[] distances = [.. all.SelectMany((left, i) => all.Take(i).Select(right => Math.Sqrt(Squared(left, right)))).Order()];
        double width = distances[distances.Length / 2];
        double Kernel(float[] left, float[] right) => Math.Exp(-Squared(left, right) / (2 * width * width));
        double expected = one.SelectMany((left, i) => one.Where((_, j) => j != i).Select(right => Kernel(left, right))).Sum() / (n * (n - 1.0))
            + other.SelectMany((left, i) => other.Where((_, j) => j != i).Select(right => Kernel(left, right))).Sum() / (m * (m - 1.0))
            - 2 * one.SelectMany(left => other.Select(right => Kernel(left, right))).Sum() / (n * (double)m);

        MeanDiscrepancy test = MeanDiscrepancy.Test(one, other, 50, new(1));

        Assert.Equal(expected, test.Statistic, 5);
        Assert.Equal(test, MeanDiscrepancy.Test(one, other, 50, new(1)));
    }

    [Fact]
    public void The_estimate_is_below_zero_as_often_as_above_where_nothing_differs()
    {
        int below = Enumerable.Range(0, 200).Count(draw => MeanDiscrepancy.Test(Draw(20, 2, 2 * draw), Draw(20, 2, 2 * draw + 1), 0, new(1)).Statistic < 0);

        Assert.InRange(below, 90, 140); // its distribution leans to the right
    }

    [Fact]
    public void A_change_of_how_two_numbers_hang_together_is_found_though_neither_changes()
    {
        float[][] apart = Draw(200, 2, 1), together = [.. Draw(200, 1, 2).Select(row => new[] { row[0], row[0] })];

        Assert.Equal(1 / 201.0, MeanDiscrepancy.Test(apart, together, 200, new(1)).P, 12);
    }

    // Of the six divisions of two and two, the one at hand and its mirror image are the most uneven.
    [Fact]
    public void The_probability_is_that_of_divisions_as_uneven()
    {
        double p = MeanDiscrepancy.Test([[0], [.1f]], [[5], [5.1f]], 5000, new(1)).P;

        Assert.InRange(p, 1 / 3.0 - .03, 1 / 3.0 + .03);
    }

    [Fact]
    public void Equal_samples_say_nothing_and_one_sample_is_too_few()
    {
        float[][] equal = [[1, 2], [1, 2], [1, 2]], mostly = [[1, 2], [1, 2], [1, 3]];

        Assert.Equal(new(0, 1), MeanDiscrepancy.Test(equal, equal, 50, new(1)));
        Assert.True(double.IsFinite(MeanDiscrepancy.Test(equal, mostly, 50, new(1)).Statistic));
        Assert.Throws<ArgumentException>(() => MeanDiscrepancy.Test(equal, [[1, 2]], 50, new(1)));
    }

    private static double Squared(float[] left, float[] right) => left.Zip(right, (a, b) => ((double)a - b) * ((double)a - b)).Sum();

    private static float[][] Draw(int count, int length, int seed)
    {
        RandomSource random = new Seed(1).For("draw", seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian()).ToArray())];
    }
}
