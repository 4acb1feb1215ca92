using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class StudentTTests
{
    // Published critical values of Student's t distribution.
    [Theory]
    [InlineData(6.3138, 1, .05)]
    [InlineData(12.7062, 1, .025)]
    [InlineData(2.9200, 2, .05)]
    [InlineData(31.5991, 2, .0005)]
    [InlineData(2.7764, 4, .025)]
    [InlineData(2.2281, 10, .025)]
    [InlineData(3.5814, 10, .0025)]
    [InlineData(2.0129, 46, .025)]
    [InlineData(1.9623, 1000, .025)]
    public void Tails_are_those_of_the_tables(double t, double degrees, double tail)
    {
        Assert.Equal(tail, StudentT.UpperTail(t, degrees), tail * 1e-3);
        Assert.Equal(1 - tail, StudentT.UpperTail(-t, degrees), tail * 1e-3);
    }

    [Theory]
    [InlineData(12.7062, 1, .025)]
    [InlineData(4.3027, 2, .025)]
    [InlineData(2.7764, 4, .025)]
    [InlineData(0.9410, 4, .2)]
    [InlineData(0, 4, .5)]
    public void Critical_values_are_those_of_the_tables(double t, double degrees, double tail) => Assert.Equal(t, StudentT.Critical(tail, degrees), 1e-4);

    [Fact]
    public void A_tail_that_is_none_is_refused() => Assert.All([0, .6, double.NaN], tail => Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Critical(tail, 3)));

    [Fact]
    public void One_degree_of_freedom_is_the_Cauchy_distribution() =>
        Assert.All([0, .01, .3, 1, 2.5, 40], t => Assert.Equal(.5 - Math.Atan(t) / Math.PI, StudentT.UpperTail(t, 1), 1e-12));

    [Fact]
    public void Two_degrees_of_freedom_have_a_closed_form() =>
        Assert.All([0, .01, .3, 1, 2.5, 40], t => Assert.Equal(.5 - t / (2 * Math.Sqrt(2 + t * t)), StudentT.UpperTail(t, 2), 1e-12));

    [Fact]
    public void Less_than_one_degree_of_freedom_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.UpperTail(1, .5));
}
