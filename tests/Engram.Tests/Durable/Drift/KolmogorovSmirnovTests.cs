using System.Numerics;
using Engram.Durable.Drift;

namespace Engram.Tests.Durable.Drift;

public sealed class KolmogorovSmirnovTests
{
    [Fact]
    public void Distance_and_probability_are_those_worked_by_hand()
    {
        // Two of the 20 orders of three and three values part them.
        Assert.Equal(new(1, .1), KolmogorovSmirnov.Test([1, 2, 3], [4, 5, 6]), Close);
        // After the first value one side is half through and the other has not begun, in whatever order they come.
        Assert.Equal(new(.5, 1), KolmogorovSmirnov.Test([1, 4], [2, 3]), Close);
        Assert.Equal(new(1, 1), KolmogorovSmirnov.Test([1], [2]), Close);
        Assert.Equal(new(0, 1), KolmogorovSmirnov.Test([5, 5], [5]), Close);
        // Of 1 1 2 2, two in each: 1 1 | 2 2 in two of six divisions.
        Assert.Equal(new(1, 2 / 6.0), KolmogorovSmirnov.Test([1, 1], [2, 2]), Close);
    }

    [Theory]
    [InlineData(new[] { 1f, 1, 2, 5, 5 }, new[] { 1f, 2, 2, 3, 5, 5 })]
    [InlineData(new[] { .1f, .4f, .5f, .9f }, new[] { .2f, .3f, .6f, .7f, .8f, 1 })]
    [InlineData(new[] { 0f, 0, 0, 1 }, new[] { 0f, 1, 1, 1, 1 })]
    [InlineData(new[] { -3f }, new[] { 1f, 2, 3, 3, -4 })]
    public void The_probability_is_the_share_of_all_divisions_that_part_the_values_as_far(float[] one, float[] other)
    {
        float[] all = [.. one, .. other];
        KolmogorovSmirnov test = KolmogorovSmirnov.Test(one, other);
        int asFar = 0, divisions = 0;
        for (uint marks = 0; marks < 1u << all.Length; marks++)
        {
            if (BitOperations.PopCount(marks) != one.Length) continue;
            float[] first = [.. all.Where((_, i) => (marks >> i & 1) == 1)], second = [.. all.Where((_, i) => (marks >> i & 1) == 0)];
            divisions++;
            if (Distance(first, second) >= test.Statistic - 1e-12) asFar++;
        }

        Assert.Equal(Distance(one, other), test.Statistic, 12);
        Assert.Equal((double)asFar / divisions, test.P, 12);
        Assert.Equal(test, KolmogorovSmirnov.Test(other, one), Close);
    }

    // Up to 100 x 100 p is exact, at 101 x 101 it is approximate; the distances of the two differ by a hundredth.
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    public void The_approximation_goes_on_where_the_exact_value_ends(int shift)
    {
        KolmogorovSmirnov exact = KolmogorovSmirnov.Test(Steps(100, 0), Steps(100, shift)), approximate = KolmogorovSmirnov.Test(Steps(101, 0), Steps(101, shift));

        Assert.Equal((shift / 100.0, shift / 101.0), (exact.Statistic, approximate.Statistic), (left, right) => Math.Abs(left.Item1 - right.Item1) + Math.Abs(left.Item2 - right.Item2) < 1e-12);
        Assert.InRange(approximate.P / exact.P, 1, 1.3);
    }

    [Fact]
    public void No_numbers_have_no_distribution() => Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Test([], [1]));

    private static float[] Steps(int count, int shift) => [.. Enumerable.Range(shift, count).Select(i => i - (shift > 0 ? .5f : 0))];

    private static double Distance(float[] one, float[] other) => one.Concat(other).Max(value => Math.Abs((double)one.Count(x => x <= value) / one.Length - (double)other.Count(x => x <= value) / other.Length));

    private static bool Close(KolmogorovSmirnov left, KolmogorovSmirnov right) => Math.Abs(left.Statistic - right.Statistic) < 1e-12 && Math.Abs(left.P - right.P) < 1e-12;
}
