using System.Numerics;
using System.Runtime.InteropServices;

namespace Engram.Durable.Drift;

/// <summary>Whether two samples of several numbers come from the same distribution: maximum mean discrepancy (Gretton et al. 2012, JMLR 13:723-773).</summary>
/// <param name="Statistic">The unbiased estimate of the squared discrepancy (their equation 3); around 0 where nothing differs, and then as often below.</param>
/// <param name="P">Share of random divisions of all samples into two groups of the same sizes whose estimate is as large, the division at hand included.</param>
public sealed record MeanDiscrepancy(double Statistic, double P)
{
    /// <summary>Fewest samples of each side.</summary>
    public const int Fewest = 2;

    private const int MostDistances = 200_000;
    private const double Rounding = 1e-6; // of sums in 32 bits: divisions that are equal must count as equal

    /// <summary>Tests two samples with a Gaussian kernel whose width is the median distance between samples of both.</summary>
    /// <param name="one">Finite numbers, a row for each of two samples at least.</param>
    /// <param name="other">Rows of the same length.</param>
    /// <param name="permutations">Random divisions, such as 500.</param>
    /// <param name="seed">Of these.</param>
    public static MeanDiscrepancy Test(IReadOnlyList<float[]> one, IReadOnlyList<float[]> other, int permutations, Seed seed)
    {
        if (one.Count < Fewest || other.Count < Fewest) throw new ArgumentException($"{one.Count} and {other.Count} samples are too few; {Fewest} of each are needed.");
        float[][] all = [.. one, .. other];
        float[] kernel = Distances(all);
        float width = Width(kernel, all.Length);
        if (width == 0) return new(0, 1); // all samples are equal
        for (int i = 0; i < kernel.Length; i++) kernel[i] = MathF.Exp(-kernel[i] / (2 * width * width));
        for (int i = 0; i < all.Length; i++) kernel[i * all.Length + i] = 0; // a sample with itself is not in the estimate
        Estimate estimate = new(kernel, all.Length, one.Count);
        float[] marks = new float[all.Length];
        marks.AsSpan(0, one.Count).Fill(1);
        double found = estimate.Of(marks);
        RandomSource random = seed.For("permutations");
        int asLarge = 1;
        for (int permutation = 0; permutation < permutations; permutation++)
        {
            random.Shuffle<float>(marks);
            if (estimate.Of(marks) >= found - Rounding) asLarge++;
        }
        return new(found, (double)asLarge / (permutations + 1));
    }

    // Squared, [all, all].
    private static float[] Distances(float[][] all)
    {
        float[] distances = new float[all.Length * all.Length];
        for (int i = 0; i < all.Length; i++)
            for (int j = 0; j < i; j++) distances[i * all.Length + j] = distances[j * all.Length + i] = Squared(all[i], all[j]);
        return distances;
    }

    private static float Squared(float[] left, float[] right)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = new Vector<float>(left, i) - new Vector<float>(right, i);
            sums += difference * difference;
        }
        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++) sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }

    // The median distance of pairs, taken in even steps where there are many; where most are equal, the mean of those that are not.
    private static float Width(float[] squared, int count)
    {
        int step = Math.Max(1, count * (count - 1) / 2 / MostDistances), seen = 0;
        List<float> distances = [];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < i; j++)
                if (seen++ % step == 0) distances.Add(MathF.Sqrt(squared[i * count + j]));
        distances.Sort();
        float median = distances[distances.Count / 2];
        return median > 0 ? median : squared.Where(distance => distance > 0).Select(MathF.Sqrt).DefaultIfEmpty().Average();
    }

    // The estimate of a division, from the kernel's matrix alone. With a 0/1 mark for the first group: within it a'Ka, across a'K1 - a'Ka, within the other the rest.
    private sealed class Estimate
    {
        private readonly float[] kernel;
        private readonly int count, first;
        private readonly double[] rows;
        private readonly double sum;

        public Estimate(float[] kernel, int count, int first)
        {
            (this.kernel, this.count, this.first) = (kernel, count, first);
            rows = new double[count];
            for (int i = 0; i < count; i++)
                foreach (float value in Row(i)) rows[i] += value;
            sum = rows.Sum();
        }

        public double Of(float[] marks)
        {
            double within = 0, touching = 0;
            for (int i = 0; i < count; i++)
            {
                if (marks[i] == 0) continue;
                within += Dot(Row(i), marks);
                touching += rows[i];
            }
            double across = touching - within, others = sum - touching - across, second = count - first;
            return within / (first * (first - 1.0)) + others / (second * (second - 1)) - 2 * across / (first * second);
        }

        private ReadOnlySpan<float> Row(int i) => kernel.AsSpan(i * count, count);

        private static double Dot(ReadOnlySpan<float> row, float[] marks)
        {
            ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(row), right = MemoryMarshal.Cast<float, Vector<float>>(marks);
            Vector<float> sums = Vector<float>.Zero;
            for (int i = 0; i < left.Length; i++) sums += left[i] * right[i];
            double sum = Vector.Sum(sums);
            for (int i = left.Length * Vector<float>.Count; i < row.Length; i++) sum += row[i] * marks[i];
            return sum;
        }
    }
}
