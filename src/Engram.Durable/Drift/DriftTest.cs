using Engram.Durable.Statistics;
using Engram.Evaluation;

namespace Engram.Durable.Drift;

/// <summary>Compares today's inputs with held-out samples of what was learned: column by column, all columns at once, and by how many are of no known class.</summary>
public static class DriftTest
{
    /// <summary>Compares.</summary>
    /// <param name="reference">Held-out samples, a row each.</param>
    /// <param name="today">Today's inputs, rows of the same length.</param>
    /// <param name="options">Levels and effort.</param>
    /// <param name="names">Of the columns; null where they have none.</param>
    /// <param name="unknown">How many of today's are of no known class; null where that is not known.</param>
    /// <exception cref="EngramException">A number is none or infinite, or rows differ in length.</exception>
    public static DriftReport Compare(IReadOnlyList<float[]> reference, IReadOnlyList<float[]> today, DriftOptions options, IReadOnlyList<string>? names = null, UnknownInputs? unknown = null)
    {
        SettingsShape.RequireInRange(options);
        int length = (reference.Count > 0 ? reference : today) is [var row, ..] ? row.Length : 0;
        Require(reference, "Held-out sample", length);
        Require(today, "Input", length);
        if (names is not null && names.Count != length) throw new ArgumentException($"There are {names.Count} names for {length} columns.");
        DriftColumn[] columns = reference.Count == 0 || today.Count == 0 ? [] : Columns(reference, today, names, length);
        double? together = length > 0 && reference.Count >= MeanDiscrepancy.Fewest && today.Count >= MeanDiscrepancy.Fewest ? Together(reference, today, options) : null;
        DriftWords words = new(columns, together, unknown, options, hasNames: names is not null);
        double? visible = columns.Length == 0 ? null : Visible(reference.Count, today.Count, options.ColumnLevel / length);
        string[] findings = [.. words.Findings()];
        return new(reference.Count, today.Count, findings.Length > 0, findings, [.. words.Advice(reference.Count, today.Count, visible)], columns, together, unknown?.P, visible);
    }

    private static void Require(IReadOnlyList<float[]> rows, string what, int length)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != length) throw EngramException.Input("wrong-data", $"{what} {i + 1} has {rows[i].Length} numbers, where {length} were expected as in the others; compare samples of one form.");
            int wrong = Array.FindIndex(rows[i], number => !float.IsFinite(number));
            if (wrong >= 0) throw EngramException.Input("wrong-data", $"{what} {i + 1} has {(float.IsNaN(rows[i][wrong]) ? "no number (NaN)" : "infinity")} at place {wrong + 1} of {length}; leave it out, or fill it in.");
        }
    }

    private static DriftColumn[] Columns(IReadOnlyList<float[]> reference, IReadOnlyList<float[]> today, IReadOnlyList<string>? names, int length)
    {
        (KolmogorovSmirnov Test, double? Shift, double? Spread)[] found = new (KolmogorovSmirnov, double?, double?)[length];
        Parallel.For(0, length, column =>
        {
            float[] before = [.. reference.Select(row => row[column])], now = [.. today.Select(row => row[column])];
            var (mean, deviation) = Moments(before);
            var (meanNow, deviationNow) = Moments(now);
            bool differs = deviation > 0;
            found[column] = (KolmogorovSmirnov.Test(before, now), differs ? (meanNow - mean) / deviation : null, differs ? deviationNow / deviation : null);
        });
        double[] corrected = Holm.Correct([.. found.Select(one => one.Test.P)]);
        return [.. found.Select((one, column) => new DriftColumn(names?[column] ?? $"{column + 1}", one.Test.Statistic, corrected[column], one.Shift, one.Spread))
            .OrderBy(column => column.P).ThenByDescending(column => column.Distance)];
    }

    private static double Together(IReadOnlyList<float[]> reference, IReadOnlyList<float[]> today, DriftOptions options)
    {
        int length = reference[0].Length;
        (double Mean, double Deviation)[] moments = [.. Enumerable.Range(0, length).Select(column => Moments([.. reference.Select(row => row[column])]))];
        float[] Standardised(float[] row) => [.. row.Select((number, column) => (float)((number - moments[column].Mean) / (moments[column].Deviation > 0 ? moments[column].Deviation : 1)))];
        Seed seed = new(options.Seed);
        IReadOnlyList<float[]> Chosen(IReadOnlyList<float[]> rows, string purpose) =>
            [.. (rows.Count <= options.Samples ? Enumerable.Range(0, rows.Count) : seed.For(purpose).Permutation(rows.Count).Take(options.Samples).Order()).Select(row => Standardised(rows[row]))];
        return MeanDiscrepancy.Test(Chosen(reference, "reference"), Chosen(today, "today"), options.Permutations, seed).P;
    }

    // A number that never differs has the deviation 0 whatever rounding does to its mean.
    private static (double Mean, double Deviation) Moments(float[] numbers)
    {
        if (Array.TrueForAll(numbers, number => number == numbers[0])) return (numbers[0], 0);
        double mean = numbers.Average(number => (double)number);
        return (mean, Math.Sqrt(numbers.Average(number => (number - mean) * (number - mean))));
    }

    // A shift by d deviations of normal numbers parts the distributions by 2 F(d / 2) - 1. Where that is just the distance that the level asks for, the largest
    // distance found exceeds it more often than not: four times in five in draws of 30 to 1,000 samples.
    private static double? Visible(int n, int m, double level)
    {
        double distance = Math.Sqrt(-Math.Log(level / 2) / 2) / Math.Sqrt((double)n * m / (n + m));
        return distance < 1 ? 2 * Normal.Critical((1 - distance) / 2) : null;
    }
}
