using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

/// <summary>Runs whose accuracies follow a rule, so that tests know what is right.</summary>
internal static class Runs
{
    /// <summary>Learned in an order where learning a later task takes a fixed damage from each earlier one.</summary>
    /// <param name="order">Numbers from 1.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="damage">damage[i, j] is what learning j + 1 takes from i + 1.</param>
    /// <param name="learned">Accuracy on a task just learned.</param>
    public static OrderedRun Of(int[] order, ulong seed, double[,] damage, double learned = .9)
    {
        int tasks = order.Length;
        List<double[]> matrix = [[.. Enumerable.Repeat(.1, tasks)]];
        for (int place = 0; place < tasks; place++)
        {
            double[] row = [.. matrix[^1]];
            for (int earlier = 0; earlier < place; earlier++) row[order[earlier] - 1] -= damage[order[earlier] - 1, order[place] - 1];
            row[order[place] - 1] = learned;
            matrix.Add(row);
        }
        double forgetting = order.Take(tasks - 1).Average(number => learned - matrix[^1][number - 1]);
        return new(order, seed, matrix[^1].Average(), forgetting, [.. matrix]);
    }
}
