namespace Engram.Evaluation;

/// <summary>All metrics, in the order in which tables, pages and documents have them: each stands beside its formula.</summary>
public static class MetricCatalog
{
    /// <summary>Every metric.</summary>
    public static IReadOnlyList<Metric> All { get; } = [.. Metrics.Entries, .. OmegaMetrics.Entries, .. DiazRodriguezMetrics.Entries];

    /// <summary>Those that are shown in some place.</summary>
    public static IEnumerable<Metric> In(MetricGroup group) => All.Where(metric => metric.Group == group);

    /// <summary>Every metric's value by its id; null where it has none.</summary>
    public static Dictionary<string, double?> ValuesOf(MetricInputs inputs) => All.ToDictionary(metric => metric.Id, metric => metric.ValueOf(inputs));
}
