namespace Engram.Evaluation;

/// <summary>
/// Numbers made from the accuracy matrix R[i, j] (accuracy on task j after task i; row 0 is the untrained network) of T tasks. All are
/// pure functions of a complete matrix and are fractions. A metric that compares tasks is null when there is only one.
/// </summary>
public static class Metrics
{
    internal static IReadOnlyList<Metric> Entries { get; } =
    [
        new("accuracy", "accuracy", MetricUnit.Percent, BetterWhen.Higher, "mean over all tasks at the end", inputs => Accuracy(inputs.Matrix)),
        new("kappa", "kappa", MetricUnit.Percent, BetterWhen.Higher, "accuracy with each answer's base rate taken off: 0 as by drawing blindly, 100 all right",
            inputs => inputs.Kappa.Count == 0 ? null : Kappa(inputs.Kappa))
        {
            Below = "below 0 is worse than drawing blindly from the same answers",
        },
        new("forgetting", "forgetting", MetricUnit.Points, BetterWhen.Lower, "mean drop from each task's best; less is better", inputs => Forgetting(inputs.Matrix))
        {
            Below = "below 0 is a gain: earlier tasks end {0} points above the best they had been",
        },
        new("backwardTransfer", "backward transfer", MetricUnit.Points, BetterWhen.Higher, "what later tasks did to earlier ones", inputs => BackwardTransfer(inputs.Matrix))
        {
            Column = "backward", OverTasks = inputs => BackwardTransfer(inputs.Matrix, TransferDenominator.Tasks),
            Below = "later tasks cost earlier ones {0} points", Zero = "later tasks changed nothing for earlier ones", Above = "later tasks gave earlier ones {0} points",
        },
        new("intransigence", "intransigence", MetricUnit.Points, BetterWhen.Lower, "how much worse new tasks are learned than by joint training",
            inputs => Intransigence(inputs.Matrix, [.. Enumerable.Range(1, inputs.Matrix.TaskCount).Select(task => inputs.Reference![task, task])]))
        {
            Needs = MetricNeed.Reference, Below = "below 0 is a gain: new tasks are learned {0} points better than by joint training",
        },
        new("forwardTransfer", "forward transfer", MetricUnit.Points, BetterWhen.Higher, "what earlier tasks did for ones not learned yet", inputs => ForwardTransfer(inputs.Matrix))
        {
            Needs = MetricNeed.SharedOutputs, Column = "forward", OverTasks = inputs => ForwardTransfer(inputs.Matrix, TransferDenominator.Tasks),
            Below = "before it was learned, a task was {0} points worse than in an untrained network", Zero = "earlier tasks changed nothing for later ones",
            Above = "before it was learned, a task was {0} points better than in an untrained network",
        },
        new("learningAccuracy", "learning accuracy", MetricUnit.Percent, BetterWhen.Higher, "mean on each task right after learning it", inputs => LearningAccuracy(inputs.Matrix)),
        new("learningCurveArea", "learning-curve area", MetricUnit.Percent, BetterWhen.Higher, "mean accuracy on a new task over its first steps", inputs => LearningCurveArea([.. inputs.LearningCurve])) { Needs = MetricNeed.LearningCurve },
        new("worstForgetting", "worst forgetting", MetricUnit.Points, BetterWhen.Lower, "drop of the task that lost most", inputs => WorstForgetting(inputs.Matrix))
        {
            Group = MetricGroup.Detail, Below = "below 0 is a gain: even the task that did worst gained {0} points",
        },
        new("anytimeAccuracy", "anytime accuracy", MetricUnit.Percent, BetterWhen.Higher, "mean over the tasks so far, at every stage", inputs => AnytimeAccuracy(inputs.Matrix)) { Group = MetricGroup.Detail },
    ];

    /// <summary>Mean accuracy over all tasks at the end: (1/T) sum_j R[T, j]. Lopez-Paz and Ranzato 2017, 1706.08840 (ACC).</summary>
    public static double Accuracy(AccuracyMatrix matrix) => Complete(matrix).Row(matrix.TaskCount).Mean();

    /// <summary>
    /// Cohen's kappa at the end, mean over the tasks that have one: what is left of the accuracy when each answer's base rate is taken off
    /// (<see cref="Answering.Answers.Kappa"/>). Null where none has. Cohen 1960, Educational and Psychological Measurement 20.
    /// </summary>
    /// <param name="rows">Kappa on each task in every row of the matrix, of which the last one counts; at least one row.</param>
    public static double? Kappa(IReadOnlyList<double?[]> rows) => rows[^1].Average();

    /// <summary>
    /// What later tasks did to earlier ones; negative is forgetting: (1/(T-1)) sum_{j&lt;T} (R[T, j] - R[j, j]).
    /// Lopez-Paz and Ranzato 2017, 1706.08840 (BWT).
    /// </summary>
    public static double? BackwardTransfer(AccuracyMatrix matrix, TransferDenominator denominator = TransferDenominator.TasksMinusOne)
    {
        int last = Complete(matrix).TaskCount;
        double sum = 0;
        for (int j = 1; j < last; j++) sum += matrix[last, j] - matrix[j, j];
        return Divide(sum, last, denominator);
    }

    /// <summary>
    /// What earlier tasks did for later ones before these were learned: (1/(T-1)) sum_{j&gt;=2} (R[j-1, j] - R[0, j]).
    /// Without meaning where the outputs of a future task are untrained. Lopez-Paz and Ranzato 2017, 1706.08840 (FWT).
    /// </summary>
    public static double? ForwardTransfer(AccuracyMatrix matrix, TransferDenominator denominator = TransferDenominator.TasksMinusOne)
    {
        int last = Complete(matrix).TaskCount;
        double sum = 0;
        for (int j = 2; j <= last; j++) sum += matrix[j - 1, j] - matrix[0, j];
        return Divide(sum, last, denominator);
    }

    /// <summary>Mean accuracy on each task right after learning it: (1/T) sum_j R[j, j]. Riemer et al. 2019, 1810.11910 (LA).</summary>
    public static double LearningAccuracy(AccuracyMatrix matrix)
    {
        double sum = 0;
        for (int j = 1; j <= Complete(matrix).TaskCount; j++) sum += matrix[j, j];
        return sum / matrix.TaskCount;
    }

    /// <summary>Mean accuracy over the tasks learned so far, after each task: A_k = (1/k) sum_{j&lt;=k} R[k, j] for k = 1..T. Chaudhry et al. 2018, 1801.10112.</summary>
    public static double[] AccuracyCurve(AccuracyMatrix matrix) =>
        [.. Enumerable.Range(1, Complete(matrix).TaskCount).Select(k => matrix.Row(k)[..k].Mean())];

    /// <summary>Mean of the accuracy curve: (1/T) sum_k A_k. Up to class weighting the average incremental accuracy of Rebuffi et al. 2017, 1611.07725.</summary>
    public static double AnytimeAccuracy(AccuracyMatrix matrix) => AccuracyCurve(matrix).AsSpan().Mean();

    /// <summary>
    /// Drop of each earlier task from its best accuracy so far: f_j^k = max_{l in 1..k-1} R[l, j] - R[k, j] for j = 1..k-1. Negative
    /// where the task is better than ever. Chaudhry et al. 2018, 1801.10112.
    /// </summary>
    /// <param name="matrix">A complete matrix.</param>
    /// <param name="afterTask">k, from 1 to T; k = 1 has no earlier task and gives an empty array.</param>
    public static double[] ForgettingPerTask(AccuracyMatrix matrix, int afterTask)
    {
        if (afterTask < 1 || afterTask > Complete(matrix).TaskCount)
            throw new ArgumentOutOfRangeException(nameof(afterTask), afterTask, $"Forgetting exists after task 1 to {matrix.TaskCount}.");
        return [.. Enumerable.Range(1, afterTask - 1).Select(j => Enumerable.Range(1, afterTask - 1).Max(l => matrix[l, j]) - matrix[afterTask, j])];
    }

    /// <summary>Mean forgetting over the earlier tasks: F_k = (1/(k-1)) sum_{j&lt;k} f_j^k; null for k = 1. Chaudhry et al. 2018, 1801.10112.</summary>
    public static double? Forgetting(AccuracyMatrix matrix, int afterTask) =>
        ForgettingPerTask(matrix, afterTask) is { Length: > 0 } drops ? drops.AsSpan().Mean() : null;

    /// <summary>Mean forgetting at the end, F_T; null for one task.</summary>
    public static double? Forgetting(AccuracyMatrix matrix) => Forgetting(matrix, matrix.TaskCount);

    /// <summary>Forgetting of the task that lost most at the end: max_j f_j^T; null for one task.</summary>
    public static double? WorstForgetting(AccuracyMatrix matrix) =>
        ForgettingPerTask(matrix, matrix.TaskCount) is { Length: > 0 } drops ? drops.Max() : null;

    /// <summary>
    /// How much worse each new task is learned than by a reference that is trained jointly on all tasks so far; negative where the
    /// history helped: I_k = a*_k - R[k, k]. Chaudhry et al. 2018, 1801.10112.
    /// </summary>
    /// <param name="matrix">A complete matrix.</param>
    /// <param name="reference">a*_k: the reference's accuracy on task k when trained on tasks 1..k; one per task.</param>
    public static double[] IntransigencePerTask(AccuracyMatrix matrix, IReadOnlyList<double> reference)
    {
        if (reference.Count != Complete(matrix).TaskCount)
            throw new ArgumentException($"The reference has {reference.Count} accuracies; expected {matrix.TaskCount}, one per task.", nameof(reference));
        return [.. reference.Select((accuracy, index) => accuracy - matrix[index + 1, index + 1])];
    }

    /// <summary>Mean intransigence: (1/T) sum_k I_k. The paper prints I_k of the last task, which is the last of <see cref="IntransigencePerTask"/>.</summary>
    public static double Intransigence(AccuracyMatrix matrix, IReadOnlyList<double> reference) =>
        IntransigencePerTask(matrix, reference).AsSpan().Mean();

    /// <summary>
    /// Area under the learning curve by the trapezoid rule, divided by its length: how fast new tasks are learned.
    /// Chaudhry et al. 2019, 1812.00420 (LCA). The paper's formula is the plain mean of Z; its published numbers are this.
    /// </summary>
    /// <param name="learningCurve">Z_b for b = 0..beta: the mean over tasks of the accuracy on a task after its first b mini-batches. At least two values.</param>
    public static double LearningCurveArea(ReadOnlySpan<double> learningCurve)
    {
        if (learningCurve.Length < 2) throw new ArgumentException($"The learning curve has {learningCurve.Length} values; expected at least 2.", nameof(learningCurve));
        double ends = (learningCurve[0] + learningCurve[^1]) / 2;
        return (learningCurve[1..^1].Sum() + ends) / (learningCurve.Length - 1);
    }

    internal static AccuracyMatrix Complete(AccuracyMatrix matrix) => matrix.IsComplete
        ? matrix
        : throw new ArgumentException($"The accuracy matrix has {matrix.RowCount} of {matrix.TaskCount + 1} rows; metrics need all of them.", nameof(matrix));

    internal static double Sum(this ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    internal static double Mean(this ReadOnlySpan<double> values) => values.Sum() / values.Length;

    private static double Mean(this Span<double> values) => ((ReadOnlySpan<double>)values).Mean();

    private static double? Divide(double sum, int tasks, TransferDenominator denominator) =>
        tasks == 1 ? null : sum / (denominator == TransferDenominator.Tasks ? tasks : tasks - 1);
}
