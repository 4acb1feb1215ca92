namespace Engram.TaskOrder;

/// <summary>
/// Foretells how good an order is from pairs of tasks alone: what learning the later one did to the earlier one, and whether the later one
/// was learned better where the earlier one came before. Only to choose what to try next; what counts is the run.
/// </summary>
/// <remarks>
/// Final accuracy is the sum over tasks of what was learned plus all later changes, so with D(i, j) = the mean change of i while j is
/// learned and G(i, j) = the mean accuracy of j just learned after i, less that over all runs, the prediction is the sum over i before j of
/// D(i, j) + G(i, j). Pairs not seen yet count as the average pair.
/// </remarks>
public sealed class OrderModel
{
    private readonly Dictionary<(int First, int Then), double> effects = [];
    private readonly double average;

    /// <summary>Learns from runs.</summary>
    /// <param name="runs">At least one.</param>
    public OrderModel(IReadOnlyList<OrderedRun> runs)
    {
        Dictionary<int, double> learned = runs.SelectMany(run => run.Order.Select((task, place) => (task, Accuracy: run.Matrix[place + 1][run.TaskAt(place)])))
            .GroupBy(one => one.task).ToDictionary(group => group.Key, group => group.Average(one => one.Accuracy));
        var seen = from run in runs
                   from later in Enumerable.Range(1, run.Order.Length - 1)
                   from earlier in Enumerable.Range(0, later)
                   let first = run.TaskAt(earlier)
                   let damage = run.Matrix[later + 1][first] - run.Matrix[later][first]
                   let gain = run.Matrix[later + 1][run.TaskAt(later)] - learned[run.Order[later]]
                   group damage + gain by (run.Order[earlier], run.Order[later]);
        foreach (var pair in seen) effects[pair.Key] = pair.Average();
        average = effects.Count == 0 ? 0 : effects.Values.Average();
    }

    /// <summary>The order's prediction; only differences between orders of the same tasks mean something.</summary>
    public double Of(IReadOnlyList<int> order)
    {
        double sum = 0;
        for (int later = 1; later < order.Count; later++)
            for (int earlier = 0; earlier < later; earlier++) sum += effects.GetValueOrDefault((order[earlier], order[later]), average);
        return sum;
    }

    /// <summary>Goes from an order to its best neighbour, and on, as long as the prediction rises.</summary>
    public int[] Climb(IReadOnlyList<int> order)
    {
        int[] best = [.. order];
        while (true)
        {
            int[] next = Orders.Neighbours(best).MaxBy(Of)!;
            if (Of(next) <= Of(best) + 1e-12) return best;
            best = next;
        }
    }
}
