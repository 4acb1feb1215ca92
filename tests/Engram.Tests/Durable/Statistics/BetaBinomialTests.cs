using Engram.Durable.Statistics;

namespace Engram.Tests.Durable.Statistics;

public sealed class BetaBinomialTests
{
    [Fact]
    public void A_uniform_probability_makes_every_count_equally_likely()
    {
        for (int k = 0; k <= 10; k++) Assert.Equal((11 - k) / 11.0, BetaBinomial.AtLeast(k, 10, 1, 1), 12);
    }

    [Fact]
    public void A_probability_that_is_nearly_certain_makes_it_binomial()
    {
        foreach (int k in (int[])[0, 1, 5, 12, 20]) Assert.Equal(Binomial.AtLeast(k, 500, .01), BetaBinomial.AtLeast(k, 500, 1e7, 99e7), 5);
    }

    [Fact]
    public void A_first_probability_below_the_smallest_number_does_no_harm() => Assert.InRange(BetaBinomial.AtLeast(10_000, 1_000_000, 2000, 198_000), .4, .6);
}
