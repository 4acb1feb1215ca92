namespace Engram.TaskOrder;

/// <summary>Orders of tasks as lists of task numbers.</summary>
public static class Orders
{
    /// <summary>How many orders there are; null where they are too many for a number.</summary>
    public static long? Count(int tasks) => tasks > 20 ? null : Enumerable.Range(1, tasks).Aggregate(1L, (product, number) => product * number);

    /// <summary>All orders of some numbers, the given one first, then as words in a dictionary.</summary>
    public static IEnumerable<int[]> All(IReadOnlyList<int> numbers)
    {
        if (numbers.Count <= 1)
        {
            yield return [.. numbers];
            yield break;
        }
        for (int first = 0; first < numbers.Count; first++)
            foreach (int[] rest in All([.. numbers.Where((_, place) => place != first)])) yield return [numbers[first], .. rest];
    }

    /// <summary>Orders one step away: two tasks change places, or one moves to another place. Each once.</summary>
    public static IEnumerable<int[]> Neighbours(IReadOnlyList<int> order)
    {
        HashSet<string> seen = [Key(order)];
        for (int from = 0; from < order.Count; from++)
            for (int to = 0; to < order.Count; to++)
            {
                int[] swapped = [.. order];
                (swapped[from], swapped[to]) = (swapped[to], swapped[from]);
                List<int> moved = [.. order];
                moved.RemoveAt(from);
                moved.Insert(to, order[from]);
                if (seen.Add(Key(swapped))) yield return swapped;
                if (seen.Add(Key(moved))) yield return [.. moved];
            }
    }

    /// <summary>The order as one text, such as <c>2-1-3</c>.</summary>
    public static string Key(IEnumerable<int> order) => string.Join('-', order);
}
