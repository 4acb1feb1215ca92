namespace Engram.Durable.Statistics;

/// <summary>The standard normal distribution, with small relative errors far out in its tails.</summary>
internal static class Normal
{
    private const double SeriesUpTo = 3;
    private const int FractionTerms = 200;

    /// <summary>Density.</summary>
    public static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Probability of a value of at least z.</summary>
    public static double UpperTail(double z)
    {
        if (double.IsPositiveInfinity(z)) return 0;
        if (z < 0) return 1 - UpperTail(-z);
        return z < SeriesUpTo ? .5 - Density(z) * Series(z) : Density(z) / Fraction(z);
    }

    /// <summary>The value that is reached or exceeded with a given probability.</summary>
    /// <param name="tail">Probability of the upper tail, between 0 and 1, both excluded.</param>
    public static double Critical(double tail)
    {
        if (tail is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(tail), tail, "The tail must be above 0 and below 1.");
        if (tail > .5) return -Critical(1 - tail);
        // Newton's steps on the logarithm, which is concave: from a start beyond the value, as P(Z >= z) <= exp(-z^2 / 2) / 2, they only come nearer.
        double z = Math.Sqrt(-2 * Math.Log(2 * tail));
        for (int step = 0; step < 100; step++)
        {
            double above = UpperTail(z), next = z + Math.Log(above / tail) * (above / Density(z)); // a product of the first two would be too small for a thread that has no denormal numbers
            if (Math.Abs(next - z) <= 1e-15 * z) return next;
            z = next;
        }
        return z;
    }

    // (P(Z < z) - 1/2) / density = z + z^3/3 + z^5/(3 5) + ... (DLMF 7.6.2); all terms have one sign.
    private static double Series(double z)
    {
        double term = z, sum = z;
        for (int odd = 3; term > sum * 1e-17; odd += 2)
        {
            term *= z * z / odd;
            sum += term;
        }
        return sum;
    }

    // Laplace's continued fraction z + 1/(z + 2/(z + ...)) (DLMF 7.9.1), from its end.
    private static double Fraction(double z)
    {
        double value = z;
        for (int k = FractionTerms; k >= 1; k--) value = z + k / value;
        return value;
    }
}
