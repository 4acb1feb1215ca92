using Engram.Experiments;
using Engram.TaskOrder;
using Engram.Tests.Experiments;

namespace Engram.Tests.TaskOrder;

public sealed class TaskPairTests
{
    // methods.md section 10's matrix, learned in the order 3, 1, 2: its first column is task 3.
    private static readonly double[][] Matrix = [[.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]];

    [Fact]
    public void A_run_in_another_order_has_its_columns_put_back()
    {
        OrderedRun run = OrderedRun.Of([3, 1, 2], RunResults.Of("m", 1, Matrix));

        Assert.Equal([.80, .94, .60], run.Matrix[3]);
        Assert.Equal([.12, .08, .10], run.Matrix[0]);
        Assert.Equal(.78, run.Accuracy, 1e-12);
        Assert.Equal(.21, run.Forgetting, 1e-12);
    }

    [Fact]
    public void A_pair_says_what_happened_to_both_tasks()
    {
        OrderedRun run = OrderedRun.Of([3, 1, 2], RunResults.Of("m", 1, Matrix));

        TaskPair pair = Assert.Single(TaskPair.Of([run], isComplete: true)); // the run begins with 3, then 1
        Assert.Equal((3, 1, 1), (pair.First, pair.Then, pair.Runs));
        Assert.Equal((.90, .70, .92), (pair.Before.Mean, pair.Kept.Mean, pair.Learned.Mean));

        IReadOnlyList<TaskPair> all = TaskPair.Of([run], isComplete: false);
        Assert.Equal([(1, 2), (3, 1)], all.Select(one => (one.First, one.Then)));
        Assert.Equal((.92, .80, .94), (all[0].Before.Mean, all[0].Kept.Mean, all[0].Learned.Mean));
    }

    [Fact]
    public void Runs_of_one_seed_that_begin_alike_count_as_one_observation()
    {
        double[,] damage = { { 0, .1, .2 }, { .05, 0, .1 }, { 0, 0, 0 } };
        OrderedRun[] runs = [.. Orders.All([1, 2, 3]).SelectMany(order => new ulong[] { 1, 2 }.Select(seed => Runs.Of(order, seed, damage, .9 - .01 * seed)))];

        TaskPair[] pairs = [.. TaskPair.Of(runs, isComplete: true)];

        Assert.Equal(6, pairs.Length);
        Assert.All(pairs, pair => Assert.Equal((2, 2), (pair.Kept.Count, pair.Runs)));
        TaskPair first = pairs.Single(pair => (pair.First, pair.Then) == (1, 3));
        Assert.Equal(.885 - .2, first.Kept.Mean, 1e-12);
        Assert.Equal(.005, first.Kept.StandardError!.Value, 1e-12);
    }
}
