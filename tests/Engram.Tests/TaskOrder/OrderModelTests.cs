using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class OrderModelTests
{
    [Fact]
    public void Where_damage_adds_up_the_prediction_ranks_orders_as_they_are()
    {
        double[,] damage = Damage(5);
        OrderedRun[] all = [.. Orders.All([1, 2, 3, 4, 5]).Select(order => Runs.Of(order, 1, damage))];
        OrderModel model = new(all);

        string[] asTheyAre = [.. all.OrderByDescending(run => run.Accuracy).Take(10).Select(run => Orders.Key(run.Order))];
        string[] predicted = [.. all.OrderByDescending(run => model.Of(run.Order)).Take(10).Select(run => Orders.Key(run.Order))];

        Assert.Equal(asTheyAre, predicted);
    }

    [Fact]
    public void Climbing_finds_an_order_that_no_run_has_tried()
    {
        double[,] damage = Damage(6);
        RandomSource random = new(4);
        OrderedRun[] tried = [.. Enumerable.Range(0, 40).Select(_ => Runs.Of([.. random.Permutation(6).Select(task => task + 1)], 1, damage))];
        double best = Orders.All([1, 2, 3, 4, 5, 6]).Max(order => Runs.Of(order, 1, damage).Accuracy);

        int[] found = new OrderModel(tried).Climb(tried[0].Order);

        Assert.True(Runs.Of(found, 1, damage).Accuracy > tried.Max(run => run.Accuracy));
        Assert.Equal(best, Runs.Of(found, 1, damage).Accuracy, 1e-9);
    }

    private static double[,] Damage(int tasks)
    {
        double[,] damage = new double[tasks, tasks];
        RandomSource random = new(7);
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++) damage[i, j] = i == j ? 0 : random.NextDouble(0, .1);
        return damage;
    }
}
