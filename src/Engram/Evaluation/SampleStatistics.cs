using System.Text.Json.Serialization;

namespace Engram.Evaluation;

/// <summary>Mean and standard error of a number over independent runs.</summary>
/// <param name="Count">n; JSON says it once per method.</param>
/// <param name="Mean">Mean over the runs.</param>
/// <param name="StandardError">sd / sqrt(n) with n - 1 in sd; null when one run leaves nothing to estimate it from.</param>
public sealed record SampleStatistics([property: JsonIgnore] int Count, double Mean, double? StandardError)
{
    /// <summary>Statistics of the values.</summary>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static SampleStatistics Of(IEnumerable<double> values)
    {
        double[] sample = [.. values];
        if (sample.Length == 0) throw new ArgumentException("Statistics need at least one value.", nameof(values));
        double mean = sample.Average();
        if (sample.Length == 1) return new SampleStatistics(1, mean, null);
        double variance = sample.Sum(value => (value - mean) * (value - mean)) / (sample.Length - 1);
        return new SampleStatistics(sample.Length, mean, Math.Sqrt(variance / sample.Length));
    }

    /// <summary>Statistics of the values that are there; null when none is.</summary>
    public static SampleStatistics? OfKnown(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : Of(known);
    }
}
