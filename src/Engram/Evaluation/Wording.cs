namespace Engram.Evaluation;

/// <summary>Numbers as the sentences of verdicts and the tables beside them write them, so that both round alike.</summary>
internal static class Wording
{
    /// <summary>A fraction in points without its sign.</summary>
    public static string Size(double fraction) => $"{100 * Math.Abs(fraction):0.0}";

    /// <summary>A fraction in points, a minus before it where it is negative.</summary>
    public static string Points(double fraction) => $"{100 * fraction:0.0;−0.0;0.0}";

    /// <summary>A difference in points with its sign.</summary>
    public static string Signed(double difference) => $"{100 * difference:+0.0;−0.0;0.0}";

    /// <summary>A mean in per cent with its standard error, where there is one.</summary>
    public static string Percent(SampleStatistics statistics) => statistics.StandardError is { } error ? $"{Points(statistics.Mean)} ± {Points(error)}" : Points(statistics.Mean);

    /// <summary>A probability, to two or four decimals.</summary>
    public static string Probability(double p) => p < 0.0001 ? "p < 0.0001" : p < 0.01 ? $"p = {p:0.0000}" : $"p = {p:0.00}";

    /// <summary>A difference's p and interval, in the order given: <c>12.0 to 16.2, p = 0.003</c>; null where noise is unknown.</summary>
    public static string? Evidence(DifferenceTest test, Func<double, string> number) => test is { Low: { } low, High: { } high, P: { } p } ? $"{number(low)} to {number(high)}, {Probability(p)}" : null;

    /// <summary>A count with its noun: 1 seed, 3 seeds.</summary>
    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
