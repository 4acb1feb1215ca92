using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class AnalyticHierarchyTests
{
    [Fact]
    public void Worked_example_of_the_specification()
    {
        double[,] wins = { { 0, .8, .9 }, { .2, 0, .6 }, { .1, .4, 0 } };

        var (priorities, eigenvalue) = AnalyticHierarchy.PrioritiesOf(wins);

        Assert.Equal([.7432, .1623, .0945], priorities.Select(priority => Math.Round(priority, 4)));
        Assert.Equal(3.0183, eigenvalue, 5e-5);
    }

    [Fact]
    public void Consistent_comparisons_give_back_their_weights_and_the_eigenvalue_n()
    {
        double[] weights = [.5, .3, .15, .05];
        double[,] wins = new double[4, 4];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) wins[i, j] = weights[i] / (weights[i] + weights[j]);

        var (priorities, eigenvalue) = AnalyticHierarchy.PrioritiesOf(wins);

        Assert.All(weights.Zip(priorities), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(4, eigenvalue, 1e-9);
    }

    [Fact]
    public void A_source_that_always_wins_is_clipped_to_999_of_1000()
    {
        var (priorities, _) = AnalyticHierarchy.PrioritiesOf(new double[,] { { 0, 1 }, { 0, 0 } });

        Assert.Equal(.999, priorities[0], 1e-9);
        Assert.Equal([1.0], AnalyticHierarchy.PrioritiesOf(new double[1, 1]).Priorities);
    }

    [Fact]
    public void Wins_count_samples_and_half_of_the_ties()
    {
        double[,] wins = AnalyticHierarchy.Wins([[1, 2, 3, 4], [2, 2, 1, 5]]);

        Assert.Equal((.5 * 1 + 2) / 4, wins[0, 1], 1e-12); // samples 1 and 4 won, sample 2 a tie
        Assert.Equal(1 - wins[0, 1], wins[1, 0], 1e-12);
    }
}
