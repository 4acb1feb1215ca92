using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class TaskTreeTests
{
    [Fact]
    public void The_most_alike_join_first_and_distances_are_means_over_pairs()
    {
        TaskTree tree = TaskTree.Of([[0], [10], [1], [14]]);

        Assert.Equal([new(0, 2, 1), new(1, 3, 4), new TaskMerge(4, 5, (10 + 14 + 9 + 13) / 4.0)], tree.Merges);
        Assert.Equal([0, 2, 1, 3], tree.Leaves);
    }

    [Fact]
    public void Distances_are_Euclidean_over_all_targets() => Assert.Equal(5, Assert.Single(TaskTree.Of([[0, 0], [3, 4]]).Merges).Distance, 1e-12);

    [Fact]
    public void One_task_is_its_own_tree()
    {
        TaskTree tree = TaskTree.Of([[1, 2]]);

        Assert.Empty(tree.Merges);
        Assert.Equal([0], tree.Leaves);
    }
}
