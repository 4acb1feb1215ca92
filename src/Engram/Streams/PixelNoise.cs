namespace Engram.Streams;

/// <summary>
/// Gaussian noise that belongs to an image: drawn once per image and pixel, the same each time the image is read, and never stored.
/// Each number is one of 65,536 equally likely quantiles of the normal distribution, so it is read from a table.
/// </summary>
/// <param name="seed">Where the noise of all images comes from.</param>
/// <param name="deviationOf">Standard deviation of an image's noise, in units of the pixel range 0 to 1.</param>
public sealed class PixelNoise(Seed seed, Func<int, double> deviationOf)
{
    private static readonly float[] Quantiles = [.. Enumerable.Range(0, 1 << 16).Select(i => (float)InverseNormal((i + 0.5) / (1 << 16)))];

    /// <summary>Noise of one strength.</summary>
    /// <param name="seed">Where the noise of all images comes from.</param>
    /// <param name="deviation">Standard deviation, in units of the pixel range 0 to 1.</param>
    public PixelNoise(Seed seed, double deviation) : this(seed, _ => deviation) { }

    /// <summary>Adds the noise of one image, times a factor.</summary>
    /// <param name="image">Index of the image.</param>
    /// <param name="pixels">Numbers to add to.</param>
    /// <param name="factor">Scale of the pixels relative to the range 0 to 1.</param>
    public void AddTo(int image, Span<float> pixels, float factor)
    {
        RandomSource random = new(seed.Value ^ RandomSource.Mix((ulong)image));
        float scale = (float)deviationOf(image) * factor;
        ulong bits = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            if ((i & 3) == 0) bits = random.NextUInt64();
            pixels[i] += scale * Quantiles[(ushort)bits];
            bits >>= 16;
        }
    }

    // Rational approximation of the inverse normal distribution function (P. J. Acklam, 2003); relative error below 1.2e-9.
    internal static double InverseNormal(double p)
    {
        const double Tail = 0.02425;
        if (p > 0.5) return -InverseNormal(1 - p);
        if (p < Tail)
        {
            double q = Math.Sqrt(-2 * Math.Log(p));
            return (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783)
                / ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
        }
        double x = p - 0.5, r = x * x;
        return (((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r + 1.383577518672690e2) * r - 3.066479806614716e1) * r + 2.506628277459239) * x
            / (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r + 6.680131188771972e1) * r - 1.328068155288572e1) * r + 1);
    }
}
