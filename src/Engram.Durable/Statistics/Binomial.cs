namespace Engram.Durable.Statistics;

/// <summary>The binomial distribution, exact to rounding for up to millions of trials.</summary>
internal static class Binomial
{
    private const int ExactUpTo = 15;

    // ln m! - ln(sqrt(2 pi m) (m/e)^m) for small m, where Stirling's series is too short.
    private static readonly double[] SmallErrors = [.. Enumerable.Range(0, ExactUpTo + 1).Select(m =>
        m == 0 ? 0 : Enumerable.Range(1, m).Sum(i => Math.Log(i)) - (.5 * Math.Log(2 * Math.PI * m) + m * Math.Log(m) - m))];

    /// <summary>Probability of exactly k successes.</summary>
    /// <param name="k">0 to n.</param>
    /// <param name="n">Trials.</param>
    /// <param name="p">Probability of a success, 0 to 1.</param>
    /// <remarks>Loader (2000), Fast and accurate computation of binomial probabilities: deviances in place of differences of large logarithms.</remarks>
    public static double Mass(int k, int n, double p)
    {
        if (p is 0 or 1) return k == (p == 0 ? 0 : n) ? 1 : 0;
        if (k == 0) return Math.Exp(n * Math.Log(1 - p));
        if (k == n) return Math.Exp(n * Math.Log(p));
        double log = StirlingError(n) - StirlingError(k) - StirlingError(n - k) - Deviance(k, n * p) - Deviance(n - k, n * (1 - p));
        return Math.Exp(log) * Math.Sqrt(n / (2 * Math.PI * k * (n - (double)k)));
    }

    /// <summary>Probability of at most k successes.</summary>
    public static double AtMost(int k, int n, double p)
    {
        if (k < 0) return 0;
        if (k >= n) return 1;
        return k <= n * p ? Down(k, n, p) : 1 - Down(n - k - 1, n, 1 - p);
    }

    /// <summary>Probability of at least k successes.</summary>
    public static double AtLeast(int k, int n, double p) => AtMost(n - k, n, 1 - p);

    /// <summary>The interval of a share whose ends each leave out <paramref name="tail"/> (Clopper and Pearson 1934).</summary>
    /// <param name="right">Successes, 0 to n.</param>
    /// <param name="n">Trials, 1 at least.</param>
    /// <param name="tail">Probability beyond each end, such as 0.025.</param>
    public static (double Low, double High) Interval(int right, int n, double tail) => (LowEnd(right, n, tail), 1 - LowEnd(n - right, n, tail));

    private static double LowEnd(int right, int n, double tail)
    {
        if (right == 0) return 0;
        double low = 0, high = (double)right / n;
        for (int step = 0; step < 60; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = AtLeast(right, n, middle) < tail ? (middle, high) : (low, middle);
        }
        return low;
    }

    // P(X <= k) from its largest term at k, below the mean, downwards.
    private static double Down(int k, int n, double p)
    {
        double term = Mass(k, n, p), sum = term;
        for (int j = k; j > 0 && term > sum * 1e-17; j--)
        {
            term *= j * (1 - p) / ((n - j + 1) * p);
            sum += term;
        }
        return Math.Min(1, sum);
    }

    private static double StirlingError(int m)
    {
        if (m <= ExactUpTo) return SmallErrors[m];
        double square = 1.0 / ((double)m * m);
        return (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188)))) / m;
    }

    // x ln(x/m) + m - x, by a series where x is close to m and the difference would lose digits.
    private static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) >= .1 * (x + m)) return x * Math.Log(x / m) + m - x;
        double v = (x - m) / (x + m), sum = (x - m) * v, term = 2 * x * v;
        for (int j = 1; ; j++)
        {
            term *= v * v;
            double next = sum + term / (2 * j + 1);
            if (next == sum) return sum;
            sum = next;
        }
    }
}
