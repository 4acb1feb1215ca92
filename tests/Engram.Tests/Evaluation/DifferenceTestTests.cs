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

    [Fact]
    public void A_correction_multiplies_p_to_one_at_most_and_widens_the_interval()
    {
        DifferenceTest alone = new(3, -.03, .01, 2), corrected = alone with { Correction = 4 };

        // With two degrees of freedom 1 - 2 x tail = t / sqrt(2 + t^2); the tail is .05 / 4 / 2.
        double share = 1 - .05 / 4, critical = share * Math.Sqrt(2 / (1 - share * share));
        Assert.Equal(1 - 3 / Math.Sqrt(11), alone.P!.Value, 12);
        Assert.Equal(4 * (1 - 3 / Math.Sqrt(11)), corrected.P!.Value, 12);
        Assert.Equal(1, (alone with { Correction = 11 }).P);
        Assert.Equal(-.03 - .01 * critical, corrected.Low!.Value, 9);
        Assert.Equal(-.03 + .01 * critical, corrected.High!.Value, 9);
        Assert.Equal(alone.Alone, corrected.Alone);
    }

    // Of deviation 1, five seeds. For a mean of .2835 and 100 seeds 2.835 is reached by t(.025) + t(.2) = 1.9842 + .8453.
    [Theory]
    [InlineData(.5, 34)]
    [InlineData(-.5, 34)]
    [InlineData(100, 2)]
    [InlineData(.2835, 100)]
    [InlineData(.2825, null)]
    [InlineData(0, null)]
    public void Needed_seeds_are_those_of_the_tables_and_a_hundred_at_most(double mean, int? expected) =>
        Assert.Equal(expected, new DifferenceTest(5, mean, 1 / Math.Sqrt(5), 4).SeedsNeeded());

    // Of t(.025) and t(.2): 12.7062 + 1.3764 with one degree of freedom make 9.958 deviations over the root of 2 seeds, 4.3027 + 1.0607 with two make 3.097 over that of 3.
    [Theory]
    [InlineData(9.8, 3)]
    [InlineData(4, 3)]
    [InlineData(3, 4)]
    public void Few_seeds_have_few_degrees_of_freedom_and_the_difference_counts_in_deviations(double deviations, int expected) =>
        Assert.All([.1, 1, 10], deviation => Assert.Equal(expected, new DifferenceTest(5, deviations * deviation, deviation / Math.Sqrt(5), 4).SeedsNeeded()));

    [Fact]
    public void No_number_of_seeds_is_known_where_there_is_no_noise() => Assert.Null(new DifferenceTest(5, .5, 0, 4).SeedsNeeded());

    [Fact]
    public void A_p_that_is_just_the_level_is_not_clear()
    {
        DifferenceTest alone = new(3, 1, .1, 2), test = alone with { Correction = DifferenceTest.Level / alone.Alone!.Value };

        Assert.Equal(DifferenceTest.Level, test.P);
        Assert.False(test.IsClear);
    }

    [Fact]
    public void Of_several_tests_together_each_needs_more_seeds()
    {
        int needed = new DifferenceTest(5, .5, 1 / Math.Sqrt(5), 4, Correction: 3).SeedsNeeded()!.Value;

        Assert.True(Found(needed));
        Assert.False(Found(needed - 1));

        static bool Found(int seeds) => .5 * Math.Sqrt(seeds) >= StudentT.Critical(.05 / 3 / 2, seeds - 1) + StudentT.Critical(.2, seeds - 1);
    }

    [Fact]
    public void A_loss_that_all_seeds_agree_on_is_no_more_proved_than_a_gain() => Assert.Null(DifferenceTest.Of([-.1, -.1, -.1]).P);
}
