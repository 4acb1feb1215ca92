using Engram.Evaluation;
using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class OrderTestTests
{
    [Fact]
    public void With_two_orders_it_is_the_paired_t_test()
    {
        double[] one = [.93, .91, .94], other = [.89, .90, .90];

        OrderTest test = OrderTest.Of([one, other], chosen: 0, chosenFrom: 2);

        // Differences .04, .01, .04: mean .03, standard deviation .0173, standard error .01, so t = 3 with 2 degrees of freedom.
        Assert.Equal(.03, test.Margin, 1e-12);
        Assert.Equal(.01, test.StandardError!.Value, 1e-12);
        Assert.Equal(2 * StudentT.UpperTail(3, 2), test.P!.Value, 1e-12);
        Assert.False(test.IsClear);
    }

    [Fact]
    public void Noise_is_what_orders_and_seeds_leave()
    {
        // Additive table of orders and seeds, and one disturbance of +-.01 that cancels in rows and columns.
        double[][] accuracies = [[.80 + .01, .82 - .01], [.70 - .01, .72 + .01], [.60, .62]];

        OrderTest test = OrderTest.Of(accuracies, chosen: 0, chosenFrom: 3);

        Assert.Equal(.81 - (.71 + .61) / 2, test.Margin, 1e-12);
        // Squares 4 x .0001 over (3-1)(2-1) = 2 degrees; the margin's variance is s^2 (1/2 + 1/4).
        Assert.Equal(Math.Sqrt(.0002 * .75), test.StandardError!.Value, 1e-12);
    }

    [Fact]
    public void Choosing_the_best_of_many_orders_is_paid_for()
    {
        double[][] accuracies = [[.90, .91, .92], [.88, .90, .91], [.89, .89, .92], [.88, .91, .90]];

        OrderTest among = OrderTest.Of(accuracies, 0, 4), fresh = OrderTest.Of(accuracies, 0, 1);

        Assert.Equal(Math.Min(1, 4 * fresh.P!.Value), among.P!.Value, 1e-12);
        Assert.Equal((3, 3, 4), (among.Seeds, among.Others, among.ChosenFrom));
    }

    // If order made no difference, the best of 24 orders would still look best; it may be called better in 5 of 100 studies at most.
    [Theory]
    [InlineData(2, 3)]
    [InlineData(6, 3)]
    [InlineData(24, 2)]
    [InlineData(24, 5)]
    public void Orders_that_are_all_equal_are_rarely_called_different(int orders, int seeds)
    {
        RandomSource random = new(11);
        const int Studies = 2000;
        int clear = 0;
        for (int study = 0; study < Studies; study++)
        {
            double[] ofSeed = [.. Enumerable.Range(0, seeds).Select(_ => .05 * random.NextGaussian())];
            double[][] accuracies = [.. Enumerable.Range(0, orders).Select(_ => ofSeed.Select(common => .8 + common + .01 * random.NextGaussian()).ToArray())];
            int best = Enumerable.Range(0, orders).MaxBy(order => accuracies[order].Average());
            if (OrderTest.Of(accuracies, best, orders).IsClear) clear++;
        }
        Assert.InRange(clear / (double)Studies, .005, .06); // one standard error of the share is .005
    }

    [Fact]
    public void A_real_difference_among_many_orders_is_found()
    {
        RandomSource random = new(12);
        double[][] accuracies = [.. Enumerable.Range(0, 24).Select(order => Enumerable.Range(0, 3).Select(_ => (order == 7 ? .85 : .80) + .005 * random.NextGaussian()).ToArray())];

        Assert.True(OrderTest.Of(accuracies, 7, 24).IsClear);
    }

    [Fact]
    public void One_seed_shows_nothing_and_neither_do_seeds_that_all_say_the_same()
    {
        OrderTest one = OrderTest.Of([[.9], [.8]], 0, 2);
        Assert.Null(one.P);
        Assert.False(one.IsClear);
        Assert.Equal(.1, one.Margin, 1e-12);

        Assert.Null(OrderTest.Of([[.9, .9], [.8, .8]], 0, 2).P);
        Assert.False(OrderTest.Of([[.9, .9], [.8, .8]], 0, 2).IsClear);
        Assert.False(OrderTest.Of([[.9, .9], [.9, .9]], 0, 2).IsClear);
    }
}
