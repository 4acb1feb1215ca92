using Engram.Durable.Statistics;

namespace Engram.Tests.Durable.Statistics;

public sealed class BinomialTests
{
    [Theory]
    [InlineData(10, .5)]
    [InlineData(37, .03)]
    [InlineData(60, .97)]
    public void Masses_are_those_of_the_definition_and_tails_their_sums(int n, double p)
    {
        double[] masses = new double[n + 1];
        masses[0] = Math.Pow(1 - p, n);
        for (int k = 1; k <= n; k++) masses[k] = masses[k - 1] * (n - k + 1) / k * p / (1 - p);

        for (int k = 0; k <= n; k++)
        {
            Assert.Equal(1, Binomial.Mass(k, n, p) / masses[k], 10);
            Assert.Equal(masses[..(k + 1)].Sum(), Binomial.AtMost(k, n, p), 12);
            Assert.Equal(masses[k..].Sum(), Binomial.AtLeast(k, n, p), 12);
        }
    }

    [Fact]
    public void Certain_and_impossible_successes_need_no_logarithm()
    {
        Assert.Equal((1, 0, 1, 1), (Binomial.Mass(0, 5, 0), Binomial.Mass(1, 5, 0), Binomial.Mass(5, 5, 1), Binomial.AtLeast(5, 5, 1)));
        Assert.Equal((0, 1), (Binomial.AtMost(-1, 5, .5), Binomial.AtMost(5, 5, .5)));
    }

    [Fact]
    public void Ends_of_the_interval_leave_out_the_tail_and_reach_0_and_1()
    {
        var (low, high) = Binomial.Interval(7, 10, .025);

        Assert.Equal(.025, Binomial.AtLeast(7, 10, low), 10);
        Assert.Equal(.025, Binomial.AtMost(7, 10, high), 10);
        // Of none in n the upper end is 1 - tail^(1/n), which is known in closed form.
        Assert.Equal((0, 1 - Math.Pow(.025, .1)), Binomial.Interval(0, 10, .025) is var (zero, end) ? (zero, Math.Round(end, 10)) : default, (one, other) => Math.Abs(one.Item2 - other.Item2) < 1e-9 && one.Item1 == other.Item1);
        Assert.Equal(1, Binomial.Interval(10, 10, .025).High);
    }
}
