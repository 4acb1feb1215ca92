namespace Engram.Durable.Statistics;

/// <summary>Successes in trials whose probability of success is itself drawn, from a beta distribution.</summary>
internal static class BetaBinomial
{
    /// <summary>Probability of at least k successes.</summary>
    /// <param name="k">0 to n.</param>
    /// <param name="n">Trials.</param>
    /// <param name="a">First parameter of the beta distribution, above 0; its mean is a / (a + b).</param>
    /// <param name="b">The second one, above 0.</param>
    public static double AtLeast(int k, int n, double a, double b)
    {
        // P(0) = product of (b + i) / (a + b + i); P(j + 1) / P(j) = (n - j) (a + j) / ((j + 1) (b + n - j - 1)). Logarithms, as P(0) may be too small for a number.
        double log = 0, below = 0;
        for (int i = 0; i < n; i++) log -= Math.Log(1 + a / (b + i));
        for (int j = 0; j < k; j++)
        {
            below += Math.Exp(log);
            log += Math.Log((n - j) * (a + j) / ((j + 1) * (b + n - j - 1)));
        }
        return Math.Clamp(1 - below, 0, 1);
    }
}
