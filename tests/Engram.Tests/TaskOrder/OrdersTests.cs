using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class OrdersTests
{
    [Fact]
    public void All_orders_come_once_each_the_natural_one_first()
    {
        int[][] orders = [.. Orders.All([1, 2, 4])];

        Assert.Equal(["1-2-4", "1-4-2", "2-1-4", "2-4-1", "4-1-2", "4-2-1"], orders.Select(Orders.Key));
        Assert.Equal(24, Orders.All([1, 2, 3, 4]).DistinctBy(Orders.Key).Count());
        Assert.Equal((1, 24, 3628800, null), (Orders.Count(1), Orders.Count(4), Orders.Count(10), Orders.Count(21)));
    }

    [Fact]
    public void Neighbours_are_one_swap_or_one_move_away_and_distinct()
    {
        string[] neighbours = [.. Orders.Neighbours([1, 2, 3, 4]).Select(Orders.Key)];

        Assert.Equal(neighbours.Distinct(), neighbours);
        Assert.DoesNotContain("1-2-3-4", neighbours);
        Assert.Contains("4-2-3-1", neighbours); // swapped
        Assert.Contains("2-3-4-1", neighbours); // moved
        Assert.Equal(6 + 6, neighbours.Length); // six swaps; of twelve moves six are swaps of neighbours
    }
}
