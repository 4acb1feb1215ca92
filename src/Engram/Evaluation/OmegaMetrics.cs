namespace Engram.Evaluation;

/// <summary>
/// What incremental learning keeps of what offline training reaches (Kemker et al. 2018, arXiv 1708.02072; Kemker and Kanan 2018,
/// arXiv 1711.10563). Task 1 is the base knowledge, and the means run over the sessions that follow, i = 2..T; null where there is none.
/// </summary>
/// <remarks>Tasks may differ in size: an accuracy on several tasks is that on all their test samples together, not the mean over tasks.</remarks>
public static class OmegaMetrics
{
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

    private static double? Mean(AccuracyMatrix matrix, Func<int, double> ofSession) =>
        Metrics.Complete(matrix).TaskCount == 1 ? null : Enumerable.Range(2, matrix.TaskCount - 1).Average(ofSession);

    private static double Positive(double offline) => offline > 0 ? offline : throw new ArgumentOutOfRangeException(nameof(offline), offline, "The accuracy of offline training must be above 0.");
}
