namespace Engram.Evaluation;

/// <summary>
/// Holm's correction (1979): of several tests made together, with all of their nulls true, at most one family in twenty has a false alarm,
/// however the tests depend on one another. Never weaker than Bonferroni's.
/// </summary>
public static class Holm
{
    /// <summary>The tests with their corrections, in their order. Those that cannot be made, because noise is unknown, take no part.</summary>
    /// <remarks>The i-th smallest p of m is multiplied by m - i + 1, and by more where a smaller p would otherwise end up larger.</remarks>
    public static IReadOnlyList<DifferenceTest> Correct(IReadOnlyList<DifferenceTest> tests)
    {
        DifferenceTest[] corrected = [.. tests];
        int[] ranked = [.. Enumerable.Range(0, tests.Count).Where(i => tests[i].Alone is not null).OrderBy(i => tests[i].Alone)];
        double largest = 0;
        foreach (var (rank, i) in ranked.Index())
        {
            int left = ranked.Length - rank;
            double alone = tests[i].Alone!.Value;
            largest = Math.Max(largest, alone * left);
            corrected[i] = tests[i] with { Correction = alone > 0 ? Math.Max(left, largest / alone) : left };
        }
        return corrected;
    }

    /// <summary>Probabilities of tests with their corrections, in their order; none is above 1.</summary>
    public static double[] Correct(IReadOnlyList<double> probabilities)
    {
        double[] corrected = new double[probabilities.Count];
        double largest = 0;
        foreach (var (rank, i) in Enumerable.Range(0, probabilities.Count).OrderBy(i => probabilities[i]).Index())
            corrected[i] = largest = Math.Max(largest, Math.Min(1, probabilities[i] * (probabilities.Count - rank)));
        return corrected;
    }
}
