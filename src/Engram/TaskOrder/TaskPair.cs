using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>What happens to two tasks when one is learned right after the other; fractions, means over runs.</summary>
/// <param name="First">Number of the task learned first.</param>
/// <param name="Then">Number of the task learned right after it.</param>
/// <param name="Before">Accuracy on the first before the second is learned.</param>
/// <param name="Kept">Accuracy on the first afterwards.</param>
/// <param name="Learned">Accuracy on the second afterwards.</param>
/// <param name="Runs">Runs behind these means.</param>
public sealed record TaskPair(int First, int Then, SampleStatistics Before, SampleStatistics Kept, SampleStatistics Learned, int Runs)
{
    /// <summary>
    /// The pairs that were seen. Where all orders were tried, only runs that begin with the pair count, so that nothing was learned before;
    /// otherwise every run in which the one comes right after the other, whatever came before.
    /// </summary>
    /// <param name="runs">Runs of orders of the same tasks.</param>
    /// <param name="isComplete">Whether all orders were tried.</param>
    public static IReadOnlyList<TaskPair> Of(IReadOnlyList<OrderedRun> runs, bool isComplete)
    {
        var seen = from run in runs
                   from place in Enumerable.Range(1, isComplete ? 1 : run.Order.Length - 1)
                   let first = run.TaskAt(place - 1)
                   let then = run.TaskAt(place)
                   group (run.Seed, Before: run.Matrix[place][first], Kept: run.Matrix[place + 1][first], Learned: run.Matrix[place + 1][then]) by (First: run.Order[place - 1], Then: run.Order[place]);
        return [.. seen.OrderBy(pair => pair.Key).Select(pair => new TaskPair(pair.Key.First, pair.Key.Then, OverSeeds(pair, one => one.Before), OverSeeds(pair, one => one.Kept), OverSeeds(pair, one => one.Learned), pair.Count()))];

        // Runs of one seed that begin alike are the same run up to there; only seeds are independent.
        static SampleStatistics OverSeeds(IEnumerable<(ulong Seed, double Before, double Kept, double Learned)> pair, Func<(ulong Seed, double Before, double Kept, double Learned), double> value) =>
            SampleStatistics.Of(pair.GroupBy(one => one.Seed).Select(seed => seed.Average(value)));
    }
}
