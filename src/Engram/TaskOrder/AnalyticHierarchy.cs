namespace Engram.TaskOrder;

/// <summary>
/// Turns pairwise comparisons into one priority for each candidate: the analytic hierarchy process (Saaty 1987) as taskonomy uses it
/// (Zamir et al. 2018, arXiv 1804.08328, section 3.3), so that targets measured in different units become comparable.
/// </summary>
public static class AnalyticHierarchy
{
    private const double LeastWins = 0.001;

    /// <summary>Priorities of candidates.</summary>
    /// <param name="wins">wins[i, j] is the share of held-out samples on which i beats j, ties counted half; w_ij in the paper. The diagonal is not read.</param>
    /// <returns>The principal eigenvector of W' = w_ij / w_ji, its sum 1, and its eigenvalue, n where the comparisons are consistent.</returns>
    public static (double[] Priorities, double Eigenvalue) PrioritiesOf(double[,] wins)
    {
        int n = wins.GetLength(0);
        if (n == 0 || n != wins.GetLength(1)) throw new ArgumentException($"Comparisons are [{n}, {wins.GetLength(1)}] but must be square, with at least one candidate.", nameof(wins));
        double[,] ratios = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) ratios[i, j] = i == j ? 1 : i < j ? Ratio(wins[i, j]) : 1 / Ratio(wins[j, i]);
        double[] vector = [.. Enumerable.Repeat(1.0 / n, n)];
        double eigenvalue = 0;
        // Power iteration; all entries are positive, so it converges (Perron and Frobenius).
        for (int step = 0; step < 10_000; step++)
        {
            double[] next = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => ratios[i, j] * vector[j]))];
            eigenvalue = next.Sum();
            for (int i = 0; i < n; i++) next[i] /= eigenvalue;
            double change = next.Zip(vector, (now, before) => Math.Abs(now - before)).Max();
            vector = next;
            if (change < 1e-15) break;
        }
        return (vector, eigenvalue);
    }

    /// <summary>Comparisons by loss: on how many samples one has the smaller one.</summary>
    /// <param name="losses">For each candidate its losses on the same samples.</param>
    public static double[,] Wins(IReadOnlyList<float[]> losses)
    {
        int n = losses.Count;
        double[,] wins = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = i + 1; j < n; j++)
            {
                double won = 0;
                for (int sample = 0; sample < losses[i].Length; sample++) won += losses[i][sample] < losses[j][sample] ? 1 : losses[i][sample] == losses[j][sample] ? .5 : 0;
                (wins[i, j], wins[j, i]) = (won / losses[i].Length, 1 - won / losses[i].Length);
            }
        return wins;
    }

    private static double Ratio(double share)
    {
        double clipped = Math.Clamp(share, LeastWins, 1 - LeastWins);
        return clipped / (1 - clipped);
    }
}
