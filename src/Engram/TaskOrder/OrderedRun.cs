using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.TaskOrder;

/// <summary>One order, learned with one seed. Accuracies stand by task, not by place.</summary>
/// <param name="Order">Numbers of the tasks in the order of learning.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Accuracy">Mean accuracy over all tasks at the end.</param>
/// <param name="Forgetting">Mean drop of earlier tasks from their best.</param>
/// <param name="Matrix">Row k is what the network knows after k tasks; column i is the i-th task of the natural order.</param>
public sealed record OrderedRun(int[] Order, ulong Seed, double Accuracy, double Forgetting, double[][] Matrix)
{
    /// <summary>A run's numbers, its columns put back into the natural order.</summary>
    /// <param name="order">Numbers of the tasks in the order of learning.</param>
    /// <param name="result">What came of it.</param>
    public static OrderedRun Of(int[] order, RunResult result)
    {
        int[] natural = [.. order.Order()];
        int[] columnOf = [.. natural.Select(number => Array.IndexOf(order, number))];
        return new(order, result.Seed, Metrics.Accuracy(result.Matrix), Metrics.Forgetting(result.Matrix) ?? 0, [.. result.Matrix.ToRows().Select(row => columnOf.Select(column => row[column]).ToArray())]);
    }

    /// <summary>Index in the natural order of the task learned at a place, from 0.</summary>
    internal int TaskAt(int place) => Array.IndexOf([.. Order.Order()], Order[place]);
}
