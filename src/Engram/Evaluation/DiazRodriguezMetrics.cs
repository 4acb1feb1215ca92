namespace Engram.Evaluation;

/// <summary>
/// The criteria of Díaz-Rodríguez et al. 2018, 1810.13166: the same matrix summed over triangles instead of single rows, and what a
/// method costs. Each lies between 0 and 1, 1 best.
/// </summary>
/// <remarks>Their computational efficiency, and the score that weighs all criteria, are left out: operations are not counted.</remarks>
public static class DiazRodriguezMetrics
{
    internal static IReadOnlyList<Metric> Entries { get; } =
    [
        new("triangleAccuracy", "accuracy A", MetricUnit.Percent, BetterWhen.Higher, "accuracy on the tasks learned so far, over all stages", inputs => Accuracy(inputs.Matrix)) { Group = MetricGroup.Criteria },
        new("remembering", "remembering", MetricUnit.Percent, BetterWhen.Higher, "100 less what is lost by backward transfer over all stages", inputs => Remembering(inputs.Matrix)) { Group = MetricGroup.Criteria },
        new("positiveBackwardTransfer", "BWT+", MetricUnit.Percent, BetterWhen.Higher, "what is gained by backward transfer over all stages", inputs => PositiveBackwardTransfer(inputs.Matrix)) { Group = MetricGroup.Criteria },
        new("triangleForwardTransfer", "forward FWT", MetricUnit.Percent, BetterWhen.Higher, "accuracy on tasks not learned yet, over all stages", inputs => ForwardTransfer(inputs.Matrix))
        {
            Group = MetricGroup.Criteria, Needs = MetricNeed.SharedOutputs,
        },
        new("modelSizeEfficiency", "model size", MetricUnit.Percent, BetterWhen.Higher, "how little the network grows",
            inputs => inputs.Parameters.Count == 0 ? null : ModelSizeEfficiency([.. inputs.Parameters.Select(count => (double)count)])) { Group = MetricGroup.Criteria },
        new("sampleStorageEfficiency", "sample storage", MetricUnit.Percent, BetterWhen.Higher, "how few samples are kept, relative to all training data",
            inputs => inputs.StoredSamples.Count == 0 ? null : SampleStorageEfficiency([.. inputs.StoredSamples.Select(count => (double)count)], inputs.TrainingSamples)) { Group = MetricGroup.Criteria },
    ];

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

    /// <summary>Samples storage size efficiency SSS: 1 - min(1, (1/T) sum_i Mem(M_i) / Mem(D)); samples alone, not what else a method keeps.</summary>
    /// <param name="stored">Size of the samples kept after each task, such as their number.</param>
    /// <param name="allData">Size of all training data, in the same unit.</param>
    public static double SampleStorageEfficiency(IReadOnlyList<double> stored, double allData) => 1 - Math.Min(1, stored.Average() / allData);
}
