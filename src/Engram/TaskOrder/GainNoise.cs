using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>
/// What the gains of one target are worth: its read-outs, each learned with every seed, are a randomised block design (<see cref="BlockDesign"/>), and what
/// is left after the means of read-outs and seeds is their noise. Full training is taken to be as noisy as they are.
/// </summary>
/// <param name="design">The random encoder's read-out first, then those of the sources.</param>
/// <param name="random">Mean accuracy of the random encoder's read-out.</param>
/// <param name="full">Mean accuracy of full training.</param>
/// <param name="seeds">Number of seeds.</param>
internal sealed class GainNoise(BlockDesign design, double random, double full, int seeds)
{
    private const double ShortestWay = .005;

    /// <summary>
    /// Whether there is a way from the random encoder to full training: half a point at least, and more than chance where there are seeds enough to say. Without
    /// it a gain, which divides by the way, is no number.
    /// </summary>
    public bool HasWay => full - random >= ShortestWay && (Variance is not { } variance || variance == 0 || full - random > StudentT.Critical(DifferenceTest.Level / 2, design.Degrees) * Math.Sqrt(2 * variance));

    private double? Variance => design.Variance / seeds; // of a mean

    /// <summary>Whether a source's read-out differs from the random encoder's.</summary>
    /// <param name="place">Its row in the design, from 1.</param>
    /// <param name="rows">Rows of the design.</param>
    public DifferenceTest Test(int place, int rows) => design.Contrast([.. Enumerable.Range(0, rows).Select(row => row == place ? 1.0 : row == 0 ? -1 : 0)]);

    /// <summary>
    /// Interval of a gain, a ratio of two noisy differences (Fieller 1954), as wide as the test's correction asks: it leaves out zero exactly where the test
    /// is clear. Null where noise is unknown, or so large that the way may have no length.
    /// </summary>
    public (double Low, double High)? Interval(DifferenceTest test)
    {
        if (Variance is not { } variance || test.StandardError is null) return null;
        // (N - g D)^2 <= t^2 v (1 + g^2 + (1 - g)^2), with N = accuracy - random, D = full - random, and v the variance of each mean.
        double t = StudentT.Critical(DifferenceTest.Level / test.Correction / 2, design.Degrees), noise = t * t * variance, n = test.Mean, d = full - random;
        double square = d * d - 2 * noise, middle = n * d - noise, constant = n * n - 2 * noise;
        if (square <= 0 || d <= 0) return null;
        double half = Math.Sqrt(Math.Max(0, middle * middle - square * constant));
        return ((middle - half) / square, (middle + half) / square);
    }
}
