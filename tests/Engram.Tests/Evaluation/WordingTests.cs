using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class WordingTests
{
    [Theory]
    [InlineData(.1234, "12.3", "12.3", "+12.3")]
    [InlineData(-.1234, "12.3", "−12.3", "−12.3")]
    [InlineData(0, "0.0", "0.0", "0.0")]
    [InlineData(-.0001, "0.0", "0.0", "0.0")]
    public void A_fraction_is_written_in_points_without_a_sign_or_with_it(double fraction, string size, string points, string signed) =>
        Assert.Equal((size, points, signed), (Wording.Size(fraction), Wording.Points(fraction), Wording.Signed(fraction)));

    [Fact]
    public void A_mean_has_its_standard_error_beside_it_where_there_is_one()
    {
        Assert.Equal("50.0 ± 1.2", Wording.Percent(new(3, .5, .012)));
        Assert.Equal("−50.0", Wording.Percent(new(1, -.5, null)));
    }

    [Theory]
    [InlineData(0, "p < 0.0001")]
    [InlineData(.00009, "p < 0.0001")]
    [InlineData(.0001, "p = 0.0001")]
    [InlineData(.0099, "p = 0.0099")]
    [InlineData(.01, "p = 0.01")]
    [InlineData(.2, "p = 0.20")]
    public void Small_probabilities_have_four_decimals_and_others_two(double p, string expected) => Assert.Equal(expected, Wording.Probability(p));

    [Fact]
    public void Evidence_is_interval_and_probability_and_there_is_none_without_noise()
    {
        // .03 -+ 4.3027 x .01, and p = 1 - 3 / sqrt(11) with two degrees of freedom.
        Assert.Equal("−1.3 to +7.3, p = 0.10", Wording.Evidence(DifferenceTest.Of([.04, .01, .04]), Wording.Signed));
        Assert.Null(Wording.Evidence(DifferenceTest.Of([.04]), Wording.Signed));
    }

    [Theory]
    [InlineData(0, "0 seeds")]
    [InlineData(1, "1 seed")]
    [InlineData(3, "3 seeds")]
    public void A_count_has_its_noun_in_the_right_number(int count, string expected) => Assert.Equal(expected, Wording.Count(count, "seed"));
}
