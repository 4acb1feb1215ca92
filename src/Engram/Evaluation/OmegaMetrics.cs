namespace Engram.Evaluation;

/// <summary>
/// What incremental learning keeps of what offline training reaches (Kemker et al. 2018, arXiv 1708.02072; Kemker and Kanan 2018,
/// arXiv 1711.10563). Task 1 is the base knowledge, and the means run over the sessions that follow, i = 2..T; null where there is none.
/// </summary>
/// <remarks>Tasks may differ in size: an accuracy on several tasks is that on all their test samples together, not the mean over tasks.</remarks>
public static class OmegaMetrics
{
    internal static IReadOnlyList<Metric> Entries { get; } =
    [
        new("overallAccuracy", "accuracy on all samples", MetricUnit.Percent, BetterWhen.Higher, "accuracy at the end on the test samples of all tasks together",
            inputs => inputs.TestSamples.Count == 0 ? null : OverallAccuracy(inputs.Matrix, inputs.TestSamples)) { Group = MetricGroup.Offline, Column = "all samples" },
        new("omegaBase", "Ω base", MetricUnit.Percent, BetterWhen.Higher, "how much of the first task stays, relative to joint training on everything",
            inputs => Offline(inputs) is { } offline ? Base(inputs.Matrix, offline) : null) { Group = MetricGroup.Offline, Needs = MetricNeed.Reference },
        new("omegaNew", "Ω new", MetricUnit.Percent, BetterWhen.Higher, "accuracy on what each task after the first brings",
            inputs => Offline(inputs) is null ? null : New(inputs.Matrix)) { Group = MetricGroup.Offline, Needs = MetricNeed.Reference },
        new("omegaAll", "Ω all", MetricUnit.Percent, BetterWhen.Higher, "how well old and new are known together, relative to joint training on everything",
            inputs => Offline(inputs) is { } offline ? All(inputs.Matrix, inputs.TestSamples, offline) : null) { Group = MetricGroup.Offline, Needs = MetricNeed.Reference },
    ];

    /// <summary>Accuracy on the test samples of all tasks learned so far together: sum_{j&lt;=k} n_j R[k, j] / sum_{j&lt;=k} n_j.</summary>
    /// <param name="matrix">A complete matrix.</param>
    /// <param name="testSamples">n_j: test samples of each task.</param>
    /// <param name="afterTask">k, from 1 to T.</param>
    public static double OverallAccuracy(AccuracyMatrix matrix, IReadOnlyList<int> testSamples, int afterTask)
    {
        if (testSamples.Count != Metrics.Complete(matrix).TaskCount) throw new ArgumentException($"There are {testSamples.Count} numbers of test samples; expected {matrix.TaskCount}, one per task.", nameof(testSamples));
        ArgumentOutOfRangeException.ThrowIfLessThan(afterTask, 1);
        double right = 0, all = 0;
        for (int j = 1; j <= afterTask; j++)
        {
            right += testSamples[j - 1] * matrix[afterTask, j];
            all += testSamples[j - 1];
        }
        return right / all;
    }

    /// <summary>The same at the end, over all tasks.</summary>
    public static double OverallAccuracy(AccuracyMatrix matrix, IReadOnlyList<int> testSamples) => OverallAccuracy(matrix, testSamples, matrix.TaskCount);

    /// <summary>How much of the base knowledge stays: (1/(T-1)) sum_{i&gt;=2} R[i, 1] / offline.</summary>
    /// <param name="matrix">A complete matrix.</param>
    /// <param name="offline">Accuracy of offline training on the test samples of all tasks, above 0.</param>
    public static double? Base(AccuracyMatrix matrix, double offline) => Mean(matrix, i => matrix[i, 1] / Positive(offline));

    /// <summary>How well what is new is learned: (1/(T-1)) sum_{i&gt;=2} R[i, i]; not divided by anything.</summary>
    public static double? New(AccuracyMatrix matrix) => Mean(matrix, i => matrix[i, i]);

    /// <summary>How well old and new are known together: (1/(T-1)) sum_{i&gt;=2} overall accuracy after task i / offline.</summary>
    /// <param name="matrix">A complete matrix.</param>
    /// <param name="testSamples">Test samples of each task.</param>
    /// <param name="offline">As in <see cref="Base"/>.</param>
    public static double? All(AccuracyMatrix matrix, IReadOnlyList<int> testSamples, double offline) => Mean(matrix, i => OverallAccuracy(matrix, testSamples, i) / Positive(offline));

    // What joint training reaches in the end; null where the samples were not counted, or it learned nothing.
    private static double? Offline(MetricInputs inputs) =>
        inputs.TestSamples.Count == inputs.Matrix.TaskCount && OverallAccuracy(inputs.Reference!, inputs.TestSamples) is > 0 and var offline ? offline : null;

    private static double? Mean(AccuracyMatrix matrix, Func<int, double> ofSession) =>
        Metrics.Complete(matrix).TaskCount == 1 ? null : Enumerable.Range(2, matrix.TaskCount - 1).Average(ofSession);

    private static double Positive(double offline) => offline > 0 ? offline : throw new ArgumentOutOfRangeException(nameof(offline), offline, "The accuracy of offline training must be above 0.");
}
