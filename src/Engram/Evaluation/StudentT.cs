namespace Engram.Evaluation;

/// <summary>Student's t distribution: how surprising a difference is, given its standard error.</summary>
public static class StudentT
{
    /// <summary>Probability of a value of at least t.</summary>
    /// <param name="t">A mean divided by its standard error.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double UpperTail(double t, double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        // P(|T| >= t) = I_x(v/2, 1/2) with x = v / (v + t^2), the regularized incomplete beta function.
        double both = RegularizedBeta(degrees / (degrees + t * t), degrees / 2, .5);
        return t >= 0 ? both / 2 : 1 - both / 2;
    }

    /// <summary>The value that is reached or exceeded with a given probability: the critical value of a test.</summary>
    /// <param name="tail">Probability of the upper tail, above 0 and at most 1/2.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Critical(double tail, double degrees)
    {
        if (tail is not (> 0 and <= .5)) throw new ArgumentOutOfRangeException(nameof(tail), tail, "The tail must be above 0 and at most 1/2.");
        double low = 0, high = 1;
        while (UpperTail(high, degrees) > tail) high *= 2;
        for (int step = 0; step < 100; step++)
        {
            double middle = (low + high) / 2;
            if (middle == low || middle == high) break; // there is no number between them
            (low, high) = UpperTail(middle, degrees) > tail ? (middle, high) : (low, middle);
        }
        return high;
    }

    private static double RegularizedBeta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The continued fraction converges fast below the mean; above it the other tail is taken.
        if (x > (a + 1) / (a + b + 2)) return 1 - RegularizedBeta(1 - x, b, a);
        return Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x)) / a / Fraction(x, a, b);
    }

    // The continued fraction 1 + d1/(1 + d2/(1 + ...)) of the incomplete beta function (DLMF 8.17.22), from its end.
    private static double Fraction(double x, double a, double b)
    {
        double value = 1;
        for (int m = 400; m >= 1; m--)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            double odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1));
            value = 1 + odd / (1 + even / value);
        }
        return value;
    }

    // Stirling's series, after moving the argument up by the recurrence.
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++) shift += Math.Log(x);
        double inverse = 1 / (x * x);
        return (x - .5) * Math.Log(x) - x + .5 * Math.Log(2 * Math.PI) + (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse / 1680))) / x - shift;
    }
}
