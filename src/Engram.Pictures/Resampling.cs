namespace Engram.Pictures;

/// <summary>
/// Brings rows of numbers to another length: bilinear where they grow, with the same triangle widened over all that a new number stands for
/// where they shrink, so that nothing is skipped. Sums are taken from left to right: the same bits on any machine.
/// </summary>
internal sealed class Resampling
{
    private readonly int[] first;
    private readonly float[][] weights;

    /// <summary>Weights of a stretch of numbers.</summary>
    /// <param name="length">Numbers there are.</param>
    /// <param name="start">Where the stretch begins; number i lies from i to i + 1.</param>
    /// <param name="extent">How long it is, at most to <paramref name="length"/>.</param>
    /// <param name="size">Numbers it becomes.</param>
    public Resampling(int length, double start, double extent, int size)
    {
        (first, weights) = (new int[size], new float[size][]);
        double scale = extent / size, reach = Math.Max(scale, 1);
        for (int i = 0; i < size; i++)
        {
            double centre = start + (i + 0.5) * scale;
            int from = Math.Max((int)Math.Floor(centre - reach), 0), to = Math.Min((int)Math.Ceiling(centre + reach), length);
            double[] heights = [.. Enumerable.Range(from, to - from).Select(j => Math.Max(1 - Math.Abs(j + 0.5 - centre) / reach, 0))];
            double sum = heights.Sum();
            (first[i], weights[i]) = (from, [.. heights.Select(height => (float)(height / sum))]);
        }
    }

    /// <summary>Numbers that a row becomes.</summary>
    public int Size => first.Length;

    /// <summary>Resamples numbers side by side.</summary>
    public void Row(ReadOnlySpan<float> row, Span<float> resampled)
    {
        for (int i = 0; i < Size; i++)
        {
            float[] weight = weights[i];
            ReadOnlySpan<float> taken = row.Slice(first[i], weight.Length);
            float sum = 0;
            for (int j = 0; j < weight.Length; j++) sum += weight[j] * taken[j];
            resampled[i] = sum;
        }
    }

    /// <summary>Resamples rows below one another.</summary>
    /// <param name="rows">Row by row, each of <paramref name="width"/> numbers.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="resampled">[Size, width].</param>
    public void Rows(ReadOnlySpan<float> rows, int width, Span<float> resampled)
    {
        resampled[..(Size * width)].Clear();
        for (int i = 0; i < Size; i++)
        {
            Span<float> sum = resampled.Slice(i * width, width);
            for (int j = 0; j < weights[i].Length; j++)
            {
                float weight = weights[i][j];
                ReadOnlySpan<float> row = rows.Slice((first[i] + j) * width, width);
                for (int k = 0; k < width; k++) sum[k] += weight * row[k];
            }
        }
    }
}
