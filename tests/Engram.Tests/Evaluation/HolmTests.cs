using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class HolmTests
{
    [Fact]
    public void The_smallest_is_multiplied_by_all_and_the_largest_by_none_and_order_is_kept()
    {
        // p of t with 4 degrees: the middle one is the strongest.
        DifferenceTest[] tests = [new(5, 1, .4, 4), new(5, 1, .1, 4), new(5, 1, .2, 4)];
        double[] alone = [.. tests.Select(test => test.P!.Value)];

        IReadOnlyList<DifferenceTest> corrected = Holm.Correct(tests);

        Assert.Equal([alone[0], 3 * alone[1], 2 * alone[2]], corrected.Select(test => test.P!.Value), (one, other) => Math.Abs(one - other) < 1e-12);
    }

    [Fact]
    public void A_larger_p_never_ends_up_smaller()
    {
        DifferenceTest[] tests = [new(5, 1, .30, 4), new(5, 1, .32, 4)];

        IReadOnlyList<DifferenceTest> corrected = Holm.Correct(tests);

        Assert.Equal(2 * tests[0].P!.Value, corrected[0].P!.Value, 12);
        Assert.Equal(corrected[0].P!.Value, corrected[1].P!.Value, 12);
    }

    [Fact]
    public void Tests_that_cannot_be_made_cost_nothing()
    {
        DifferenceTest one = new(5, 1, .4, 4), unknown = new(1, 1, null, 0);

        IReadOnlyList<DifferenceTest> corrected = Holm.Correct([unknown, one]);

        Assert.Equal([unknown, one], corrected);
    }

    [Fact]
    public void A_difference_beyond_all_doubt_keeps_its_place()
    {
        DifferenceTest certain = new(1000, 1, .001, 999), other = new(5, 1, .4, 4);

        IReadOnlyList<DifferenceTest> corrected = Holm.Correct([other, certain]);

        Assert.Equal((0, 0, 2), (certain.P, corrected[1].P, corrected[1].Correction));
        Assert.Equal(other, corrected[0]);
    }

    [Fact]
    public void Bare_probabilities_are_corrected_alike()
    {
        Assert.Equal([.06, .03, .06, .9], Holm.Correct([.02, .0075, .02, .9]).Select(p => Math.Round(p, 12)));
        Assert.Empty(Holm.Correct((double[])[]));
    }
}
