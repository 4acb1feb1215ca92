namespace Engram.Evaluation;

/// <summary>Whether a mean difference is more than chance: Student's t test against zero, and the interval that agrees with it.</summary>
/// <remarks>
/// Where several differences are tested together, each is corrected (<see cref="Holm"/>): p is multiplied and the interval widened, so that
/// it leaves out zero exactly where the difference is clear, and at most one family of tests in twenty calls anything clear that is not.
/// </remarks>
/// <param name="Seeds">Seeds that both sides have.</param>
/// <param name="Mean">Mean difference.</param>
/// <param name="StandardError">Its standard error; null where one seed, or seeds that all say the same, leave nothing to estimate it from.</param>
/// <param name="Degrees">Degrees of freedom of the standard error.</param>
/// <param name="Correction">What p is multiplied by, at least 1.</param>
public sealed record DifferenceTest(int Seeds, double Mean, double? StandardError, double Degrees, double Correction = 1)
{
    /// <summary>Below this p a difference is called clear.</summary>
    public const double Level = 0.05;

    private const double NoNoise = 1e-12, Power = 0.8;
    private const int MostSeeds = 100;

    /// <summary>How large a difference can be: 1 between accuracies. The interval ends there.</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    /// <summary>Probability of such a difference, or a larger one in either direction, if there were none, corrected; null where noise is unknown.</summary>
    public double? P => Alone is { } p ? Math.Min(1, p * Correction) : null;

    /// <summary>The same, not corrected.</summary>
    internal double? Alone => StandardError is { } error ? error == 0 ? 1 : 2 * StudentT.UpperTail(Math.Abs(Mean) / error, Degrees) : null;

    /// <summary>Lower end of the interval of 1 - <see cref="Level"/> / <see cref="Correction"/>; null where noise is unknown.</summary>
    public double? Low => HalfWidth() is { } half ? Math.Max(-Limit, Mean - half) : null;

    /// <summary>Upper end of the interval.</summary>
    public double? High => HalfWidth() is { } half ? Math.Min(Limit, Mean + half) : null;

    /// <summary>Whether the difference is more than chance.</summary>
    public bool IsClear => P < Level;

    /// <summary>Whether nothing can be said: noise is unknown, or so large that any difference there can be would agree with it.</summary>
    public bool SaysNothing => P is null || (Low <= -Limit && High >= Limit);

    /// <summary>Paired t test: one difference per seed.</summary>
    /// <exception cref="ArgumentException">There is no difference.</exception>
    public static DifferenceTest Of(IReadOnlyList<double> differences)
    {
        SampleStatistics statistics = SampleStatistics.Of(differences);
        return Of(statistics.Count, statistics.Mean, statistics.StandardError, statistics.Count - 1);
    }

    /// <summary>
    /// Seeds with which a difference as large as this one, under as much noise, would be found clear four times in five; null where the difference or the noise is not known,
    /// or more than 100 would be needed.
    /// </summary>
    public int? SeedsNeeded()
    {
        if (StandardError is not > 0 || Mean == 0) return null;
        double deviation = StandardError.Value * Math.Sqrt(Seeds);
        for (int seeds = 2; seeds <= MostSeeds; seeds++)
            if (Math.Abs(Mean) / deviation * Math.Sqrt(seeds) >= StudentT.Critical(Level / Correction / 2, seeds - 1) + StudentT.Critical(1 - Power, seeds - 1)) return seeds;
        return null;
    }

    // Rounding is no noise: seeds that all give the same difference are no repetitions, and prove nothing unless it is zero.
    internal static DifferenceTest Of(int seeds, double mean, double? error, double degrees) => error < NoNoise
        ? Math.Abs(mean) < NoNoise ? new(seeds, 0, 0, degrees) : new(seeds, mean, null, degrees)
        : new(seeds, mean, error, degrees);

    private double? HalfWidth() => StandardError is { } error ? error * StudentT.Critical(Level / Correction / 2, Degrees) : null;
}
