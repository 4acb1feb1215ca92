using Engram.Durable.Statistics;

namespace Engram.Tests.Durable.Statistics;

public sealed class NormalTests
{
    [Theory]
    [InlineData(0, .5)]
    [InlineData(1.959963984540054, .025)]
    [InlineData(-1.959963984540054, .975)]
    [InlineData(2.9999999, 0.001349898474815001)]
    [InlineData(3.0000001, 0.0013498975884453205)]
    [InlineData(5.9978070150076865, 1e-9)]
    public void The_tail_is_that_of_tables_on_both_sides_of_the_change_of_formula(double z, double tail) => Assert.Equal(1, Normal.UpperTail(z) / tail, 8);

    [Fact]
    public void The_critical_value_undoes_the_tail()
    {
        foreach (double tail in (double[])[1e-300, 1e-50, 1e-9, .001, .025, .3, .5, .7, .975])
            Assert.Equal(1, Normal.UpperTail(Normal.Critical(tail)) / tail, 10);
    }

    [Fact]
    public void No_tail_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Critical(0));
}
