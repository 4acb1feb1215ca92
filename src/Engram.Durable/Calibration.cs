namespace Engram.Durable;

/// <summary>
/// Brings probabilities into line with held-out samples: temperature scaling (Guo et al. 2017, arXiv 1706.04599, section 4.2), which divides all scores by one number, so that no answer
/// changes. The number is the one with the least cross-entropy on held-out samples.
/// </summary>
/// <remarks>
/// Differs from the paper: with n samples each target is its class with 1 - 1/(n + 2) and all others alike with the rest, so that a handful of samples that are all right does not
/// make certainty of them.
/// </remarks>
internal static class Calibration
{
    /// <summary>With fewer held-out samples nothing is scaled.</summary>
    public const int Fewest = 20;

    private const double Least = -5, Most = 5; // of the temperature's logarithm
    private const int Steps = 48;

    /// <summary>The temperature.</summary>
    /// <param name="samples">Scores of held-out samples, minus infinity or less than -1e20 for classes that do not compete, and the class of each.</param>
    public static double TemperatureOf(IReadOnlyList<(float[] Scores, int Truth)> samples)
    {
        (double[] Competing, int Truth)[] rows = [.. samples.Select(Competing).Where(row => row.Truth >= 0 && row.Competing.Length > 1)];
        if (rows.Length < Fewest) return 1;
        double share = 1.0 / (rows.Length + 2), ratio = (Math.Sqrt(5) - 1) / 2, low = Least, high = Most;
        // Golden section: cross-entropy is convex in the inverse of the temperature, so it has one valley in its logarithm.
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low)), atLeft = Loss(rows, left, share), atRight = Loss(rows, right, share);
        for (int step = 0; step < Steps; step++)
            if (atLeft <= atRight) (high, right, atRight, left, atLeft) = (right, left, atLeft, right - (ratio * (right - low)), Loss(rows, right - (ratio * (right - low)), share));
            else (low, left, atLeft, right, atRight) = (left, right, atRight, left + (ratio * (high - left)), Loss(rows, left + (ratio * (high - left)), share));
        return Math.Exp((low + high) / 2);
    }

    private static (double[] Competing, int Truth) Competing((float[] Scores, int Truth) sample)
    {
        List<double> competing = [];
        int truth = -1;
        for (int one = 0; one < sample.Scores.Length; one++)
        {
            if (sample.Scores[one] < -1e20f) continue;
            if (one == sample.Truth) truth = competing.Count;
            competing.Add(sample.Scores[one]);
        }
        return ([.. competing], truth);
    }

    private static double Loss((double[] Competing, int Truth)[] rows, double logarithm, double share)
    {
        double inverse = Math.Exp(-logarithm), loss = 0;
        foreach (var (competing, truth) in rows)
        {
            double top = competing.Max(), sum = 0, all = 0;
            foreach (double score in competing)
            {
                sum += Math.Exp((score - top) * inverse);
                all += score - top;
            }
            double own = competing[truth] - top, others = (all - own) / (competing.Length - 1);
            loss += Math.Log(sum) - (((1 - share) * own) + (share * others)) * inverse;
        }
        return loss;
    }
}
