namespace Engram.TaskOrder;

/// <summary>Two groups of tasks that become one.</summary>
/// <param name="Left">The group whose tasks stand first; below the number of tasks it is a task, else the merge of that number less the number of tasks.</param>
/// <param name="Right">The other group.</param>
/// <param name="Distance">Mean distance between their tasks.</param>
public sealed record TaskMerge(int Left, int Right, double Distance);

/// <summary>
/// The similarity tree of tasks (Zamir et al. 2018, arXiv 1804.08328, figure 13): tasks are alike that help other tasks alike. Clusters are
/// joined by average linkage (Sokal and Michener 1958).
/// </summary>
/// <param name="Merges">From the most alike to the whole.</param>
/// <param name="Leaves">The tasks in the order in which no lines of the tree cross.</param>
public sealed record TaskTree(TaskMerge[] Merges, int[] Leaves)
{
    /// <summary>Joins tasks by the Euclidean distance of their rows.</summary>
    /// <param name="rows">For each task what it does for every target; all of the same length.</param>
    public static TaskTree Of(IReadOnlyList<double[]> rows)
    {
        int tasks = rows.Count;
        double Distance(int i, int j) => Math.Sqrt(rows[i].Zip(rows[j], (one, other) => (one - other) * (one - other)).Sum());
        List<(int Id, int[] Members)> groups = [.. Enumerable.Range(0, tasks).Select(task => (task, new[] { task }))];
        List<TaskMerge> merges = [];
        while (groups.Count > 1)
        {
            var (left, right, distance) = (from i in Enumerable.Range(0, groups.Count)
                                           from j in Enumerable.Range(i + 1, groups.Count - i - 1)
                                           select (i, j, Distance: groups[i].Members.Average(one => groups[j].Members.Average(other => Distance(one, other))))).MinBy(pair => pair.Distance);
            merges.Add(new(groups[left].Id, groups[right].Id, distance));
            int[] members = [.. groups[left].Members, .. groups[right].Members];
            groups.RemoveAt(right);
            groups[left] = (tasks + merges.Count - 1, members);
        }
        return new([.. merges], groups[0].Members);
    }
}
