using CsCheck;
using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class SampleStatisticsTests
{
    [Fact]
    public void Standard_error_divides_by_n_minus_one_and_by_the_root_of_n()
    {
        SampleStatistics statistics = SampleStatistics.Of([1, 2, 3, 4]);

        Assert.Equal(4, statistics.Count);
        Assert.Equal(2.5, statistics.Mean);
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), statistics.StandardError!.Value, 1e-12);
    }

    [Fact]
    public void A_mean_far_from_zero_costs_the_noise_no_digits() =>
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), SampleStatistics.Of([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]).StandardError!.Value, 1e-12);

    [Fact]
    public void One_value_has_no_standard_error() => Assert.Equal(new SampleStatistics(1, .5, null), SampleStatistics.Of([.5]));

    [Fact]
    public void Values_that_are_not_there_do_not_count()
    {
        Assert.Equal(2, SampleStatistics.OfKnown([.5, null, .7])!.Count);
        Assert.Null(SampleStatistics.OfKnown([null, null]));
    }

    [Fact]
    public void No_value_is_refused() => Assert.Throws<ArgumentException>(() => SampleStatistics.Of([]));

    [Fact]
    public void Order_does_not_matter_and_a_shift_moves_only_the_mean() => Gen.Double[0, 1].Array[2, 10].Sample(values =>
    {
        SampleStatistics plain = SampleStatistics.Of(values), shifted = SampleStatistics.Of(values.Reverse().Select(value => value + 1));

        Assert.Equal(plain.Mean + 1, shifted.Mean, 1e-10);
        Assert.Equal(plain.StandardError!.Value, shifted.StandardError!.Value, 1e-10);
    }, iter: 200);
}
