namespace Engram.Evaluation;

/// <summary>
/// The criteria of Díaz-Rodríguez et al. 2018, 1810.13166: the same matrix summed over triangles instead of single rows, and what a
/// method costs. Each lies between 0 and 1 except the transfers, so that they can be weighed into one score.
/// </summary>
public static class DiazRodriguezMetrics
{
    /// <summary>Accuracy A: the mean of R[i, j] over all i &gt;= j.</summary>
    public static double Accuracy(AccuracyMatrix matrix)
    {
        double sum = 0;
        int tasks = Metrics.Complete(matrix).TaskCount;
        for (int i = 1; i <= tasks; i++) sum += matrix.Row(i)[..i].Sum();
        return sum / (tasks * (tasks + 1) / 2);
    }

    /// <summary>Backward transfer over all later rows: sum_{i&gt;=2} sum_{j&lt;i} (R[i, j] - R[j, j]) / (T(T-1)/2); null for one task.</summary>
    public static double? BackwardTransfer(AccuracyMatrix matrix)
    {
        double sum = 0;
        int tasks = Metrics.Complete(matrix).TaskCount;
        for (int i = 2; i <= tasks; i++)
            for (int j = 1; j < i; j++)
                sum += matrix[i, j] - matrix[j, j];
        return tasks == 1 ? null : sum / (tasks * (tasks - 1) / 2);
    }

    /// <summary>Remembering REM: 1 - |min(BWT, 0)|; null for one task.</summary>
    public static double? Remembering(AccuracyMatrix matrix) => BackwardTransfer(matrix) is { } transfer ? 1 - Math.Abs(Math.Min(transfer, 0)) : null;

    /// <summary>Positive backward transfer BWT+: max(BWT, 0); null for one task.</summary>
    public static double? PositiveBackwardTransfer(AccuracyMatrix matrix) => BackwardTransfer(matrix) is { } transfer ? Math.Max(transfer, 0) : null;

    /// <summary>Forward transfer: sum_{i&lt;j} R[i, j] / (T(T-1)/2) over rows i &gt;= 1; the untrained row is not subtracted. Null for one task.</summary>
    public static double? ForwardTransfer(AccuracyMatrix matrix)
    {
        double sum = 0;
        int tasks = Metrics.Complete(matrix).TaskCount;
        for (int i = 1; i < tasks; i++) sum += matrix.Row(i)[i..].Sum();
        return tasks == 1 ? null : sum / (tasks * (tasks - 1) / 2);
    }

    /// <summary>Model size efficiency MS: min(1, (1/T) sum_i Mem(theta_1) / Mem(theta_i)).</summary>
    /// <param name="sizes">Size of the model after each task, in any unit.</param>
    public static double ModelSizeEfficiency(IReadOnlyList<double> sizes) => Math.Min(1, sizes.Average(size => sizes[0] / size));

    /// <summary>Samples storage size efficiency SSS: 1 - min(1, (1/T) sum_i Mem(M_i) / Mem(D)).</summary>
    /// <param name="stored">Size of the samples kept after each task.</param>
    /// <param name="allData">Size of all training data, in the same unit.</param>
    public static double SampleStorageEfficiency(IReadOnlyList<double> stored, double allData) => 1 - Math.Min(1, stored.Average() / allData);

    /// <summary>Computational efficiency CE: min(1, (1/T) sum_i epsilon * OpsFb(D_i) / Ops(D_i)).</summary>
    /// <param name="forwardBackward">Operations of one forward and backward pass over each task's data.</param>
    /// <param name="used">Operations that the method needed to learn each task.</param>
    /// <param name="epsilon">A factor chosen so that plain training scores at most 1.</param>
    public static double ComputationalEfficiency(IReadOnlyList<double> forwardBackward, IReadOnlyList<double> used, double epsilon) =>
        Math.Min(1, Pairs(forwardBackward, used).Average(ops => epsilon * ops.First / ops.Second));

    /// <summary>Continual-learning score: sum_i w_i c_i.</summary>
    /// <param name="criteria">Criteria, each from 0 to 1 where 1 is best.</param>
    /// <param name="weights">One weight per criterion; they sum to 1.</param>
    public static double Score(IReadOnlyList<double> criteria, IReadOnlyList<double> weights) => WeightedSum(criteria, weights);

    /// <summary>Stability of the score over runs: 1 - sum_i w_i std(c_i).</summary>
    /// <param name="deviations">Standard deviation of each criterion over the runs.</param>
    /// <param name="weights">One weight per criterion; they sum to 1.</param>
    public static double Stability(IReadOnlyList<double> deviations, IReadOnlyList<double> weights) => 1 - WeightedSum(deviations, weights);

    private static double WeightedSum(IReadOnlyList<double> values, IReadOnlyList<double> weights)
    {
        if (Math.Abs(weights.Sum() - 1) > 1e-9) throw new ArgumentException($"The weights sum to {weights.Sum()}; expected 1.", nameof(weights));
        return Pairs(values, weights).Sum(pair => pair.First * pair.Second);
    }

    private static IEnumerable<(double First, double Second)> Pairs(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        first.Count == second.Count
            ? first.Zip(second)
            : throw new ArgumentException($"There are {first.Count} values on one side and {second.Count} on the other; expected as many.");
}
