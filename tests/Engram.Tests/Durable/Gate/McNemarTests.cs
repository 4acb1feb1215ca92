using Engram.Durable.Gate;

namespace Engram.Tests.Durable.Gate;

public sealed class McNemarTests
{
    // Sums of binomial coefficients in exact fractions; the last in 40 decimal digits.
    [Theory]
    [InlineData(1, 7, 0.0703125)]
    [InlineData(10, 2, 0.03857421875)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(30, 60, 0.002060265680963076)]
    [InlineData(300, 420, 8.807756168615078e-06)]
    [InlineData(4700, 5300, 2.0760336959207247e-09)]
    [InlineData(499_000, 501_000, 0.0456082998653580864)]
    public void The_probability_is_exact_for_a_few_samples_and_for_a_million(int lost, int gained, double expected)
    {
        Assert.Equal(1, McNemar.Probability(lost, gained) / expected, 11);
        Assert.Equal(1, McNemar.Probability(gained, lost) / expected, 11);
    }

    [Fact]
    public void Nothing_that_differs_and_an_even_split_are_no_evidence() => Assert.Equal((1, 1, 1), (McNemar.Probability(0, 0), McNemar.Probability(5, 5), McNemar.Probability(0, 1)));

    [Fact]
    public void A_negative_count_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.Probability(-1, 3));
}
