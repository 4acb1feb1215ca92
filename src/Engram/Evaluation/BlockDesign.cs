namespace Engram.Evaluation;

/// <summary>
/// Several treatments, each with every seed (a randomised block design): seeds may be better or worse as a whole, and what is left after the
/// means of treatments and seeds is the noise, pooled over all treatments with (m - 1)(n - 1) degrees of freedom. Two treatments make the paired t test.
/// </summary>
public sealed class BlockDesign
{
    private readonly double[] means;
    private readonly int seeds;
    private readonly double? variance;

    /// <summary>The design of some values.</summary>
    /// <param name="values">A row per treatment, a column per seed, all of the same length.</param>
    /// <exception cref="ArgumentException">There are fewer than two treatments.</exception>
    public BlockDesign(IReadOnlyList<double[]> values)
    {
        if (values.Count < 2) throw new ArgumentException($"There is {values.Count} treatment, which cannot be compared with anything; expected 2 or more.", nameof(values));
        seeds = values[0].Length;
        means = [.. values.Select(row => row.Average())];
        Degrees = (values.Count - 1) * (seeds - 1);
        if (Degrees == 0) return;
        double[] ofSeed = [.. Enumerable.Range(0, seeds).Select(seed => values.Average(row => row[seed]))];
        double all = means.Average();
        variance = values.Select((row, i) => row.Select((value, seed) => Square(value - means[i] - ofSeed[seed] + all)).Sum()).Sum() / Degrees;
    }

    /// <summary>Degrees of freedom of the noise; 0 for one seed.</summary>
    public int Degrees { get; }

    /// <summary>Variance of one value beyond treatment and seed; null for one seed.</summary>
    public double? Variance => variance;

    /// <summary>Whether a weighted sum of the treatments' means differs from zero.</summary>
    /// <param name="weights">One per treatment; they sum to 0.</param>
    public DifferenceTest Contrast(IReadOnlyList<double> weights) => DifferenceTest.Of(seeds, weights.Zip(means, (weight, mean) => weight * mean).Sum(),
        variance is { } known ? Math.Sqrt(known / seeds * weights.Sum(Square)) : null, Degrees);

    private static double Square(double value) => value * value;
}
