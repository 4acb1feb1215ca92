using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class DifferenceTestTests
{
    [Fact]
    public void Paired_t_test_and_interval_worked_by_hand()
    {
        DifferenceTest test = DifferenceTest.Of([.04, .01, .04]);

        // Mean .03, standard deviation .0173, standard error .01; with 2 degrees of freedom t(.025) = 4.3027.
        Assert.Equal(.03, test.Mean, 12);
        Assert.Equal(.01, test.StandardError!.Value, 12);
        Assert.Equal(2 * StudentT.UpperTail(3, 2), test.P!.Value, 12);
        Assert.Equal(.03 - .043027, test.Low!.Value, 5);
        Assert.Equal(.03 + .043027, test.High!.Value, 5);
        Assert.False(test.IsClear); // two standard errors would have called it clear
    }

    [Fact]
    public void The_interval_leaves_out_zero_exactly_where_the_difference_is_clear()
    {
        RandomSource random = new(3);
        for (int i = 0; i < 500; i++)
        {
            double mean = 3 * random.NextDouble();
            foreach (DifferenceTest test in Holm.Correct([.. Enumerable.Range(0, 3).Select(_ => DifferenceTest.Of([.. Enumerable.Range(0, 4).Select(_ => mean + random.NextGaussian())]))]))
                Assert.Equal(test.IsClear, test.Low > 0 || test.High < 0);
        }
    }

    [Fact]
    public void The_interval_ends_where_differences_end()
    {
        // Mean .2, standard error .1 and t(.025) = 12.706 with one degree of freedom.
        DifferenceTest test = DifferenceTest.Of([.1, .3]) with { Limit = 1.2 };

        Assert.Equal(.2 - 1.2706, test.Low!.Value, 4);
        Assert.Equal(1.2, test.High);
        Assert.False(test.SaysNothing);
        Assert.Equal((-1, 1), ((test with { Limit = 1 }).Low, (test with { Limit = 1 }).High));
        Assert.True((test with { Limit = 1 }).SaysNothing);
        Assert.True(DifferenceTest.Of([.3]).SaysNothing);
    }

    [Fact]
    public void One_seed_says_nothing()
    {
        DifferenceTest test = DifferenceTest.Of([.3]);

        Assert.Null(test.P);
        Assert.Null(test.Low);
        Assert.Null(test.SeedsNeeded());
        Assert.False(test.IsClear);
    }

    [Fact]
    public void Seeds_that_all_say_the_same_are_no_repetitions()
    {
        DifferenceTest same = DifferenceTest.Of([.5 - .4, .7 - .6, .3 - .2]), none = DifferenceTest.Of([0, 0, 0]);

        Assert.Null(same.P); // accuracies of few test samples agree by accident
        Assert.False(same.IsClear);
        Assert.Equal((1, 0, 0), (none.P, none.Low, none.High));
    }

    [Fact]
    public void So_many_seeds_as_are_asked_for_find_the_difference_four_times_in_five()
    {
        DifferenceTest seen = DifferenceTest.Of([-.5, 1.5, 1.5, -.5, .5]); // mean .5, deviation 1
        int needed = seen.SeedsNeeded()!.Value;
        RandomSource random = new(5);

        double found = Enumerable.Range(0, 1000).Count(_ => DifferenceTest.Of([.. Enumerable.Range(0, needed).Select(_ => .5 + random.NextGaussian())]).IsClear) / 1000.0;

        Assert.InRange(needed, 30, 40); // tables of the paired t test say 34
        Assert.InRange(found, .77, .84);
        Assert.Null(DifferenceTest.Of([.01, 1, -1]).SeedsNeeded()); // more than 100
    }
}
