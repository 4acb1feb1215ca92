using System.Globalization;

namespace Engram.Durable.Drift;

/// <summary>Says what drifted and what to do.</summary>
internal sealed class DriftWords(IReadOnlyList<DriftColumn> columns, double? together, UnknownInputs? unknown, DriftOptions options, bool hasNames)
{
    private const int MostNamed = 10, FewColumns = 3;
    private const double Small = 0.1, Enough = 0.5; // deviations

    private readonly DriftColumn[] changed = [.. columns.Where(column => column.P < options.ColumnLevel)];

    private bool IsTogether => together < options.TogetherLevel;

    private bool IsUnknown => unknown?.P < options.UnknownLevel;

    /// <summary>What differs, a sentence each.</summary>
    public IEnumerable<string> Findings()
    {
        if (!hasNames && changed.Length > 0) yield return $"{changed.Length} of {columns.Count} features changed; that which changed most {Change(changed[0])} (KS {Number(changed[0].Distance, "0.00")}, p {P(changed[0].P)}).";
        foreach (DriftColumn column in hasNames ? changed.Take(MostNamed) : []) yield return $"{Name(column)} {Change(column)} (KS {Number(column.Distance, "0.00")}, p {P(column.P)}).";
        if (hasNames && changed.Length > MostNamed) yield return $"{changed.Length - MostNamed} more columns changed.";
        if (IsTogether) yield return $"All {(hasNames ? "columns" : "features")} together are distributed otherwise (MMD, p {P(together.GetValueOrDefault())}).";
        if (unknown is not null && IsUnknown)
            yield return $"{unknown.Count} of {unknown.Inputs} inputs ({Number(100 * unknown.Share, "0.#")} %) are of none of the known classes, where {Number(100 * unknown.Expected, "0.#")} % are expected (p {P(unknown.P)}).";
    }

    /// <summary>What to do, a sentence each.</summary>
    public IEnumerable<string> Advice(int reference, int today, double? visible)
    {
        if (reference == 0) yield return "There are no held-out samples to compare with; learn a lesson of which some are kept.";
        if (today == 0) yield return "There is nothing to compare; name some inputs.";
        if (changed.Length is > 0 and <= FewColumns && hasNames)
            yield return $"Check what measures {string.Join(", ", changed.Select(column => $"'{Quote.Of(column.Name)}'"))}: a sensor, a unit, how it is written. If the change is real, label some of these inputs and learn them as a lesson.";
        if (changed.Length > FewColumns || (changed.Length > 0 && !hasNames) || (changed.Length == 0 && IsTogether) || IsUnknown)
            yield return "Look at some of these inputs: if what makes them is in order, label them and learn them as a lesson. Another mix of classes than was learned shows in this way, too.";
        if (changed.Length > 0 || IsTogether || IsUnknown || columns.Count == 0) yield break;
        string one = hasNames ? "column" : "feature", samples = $"{Math.Min(reference, today)} {(Math.Min(reference, today) == 1 ? "sample" : "samples")}";
        yield return visible is null ? $"Too few samples to tell: with {samples} no shift of one {one} can be seen."
            : visible > Enough ? $"Too few samples to tell: with {samples} a shift of one {one} below {Number(visible.Value, "0.0")} deviations cannot be relied on to be seen."
            : $"Nothing to do: a shift of one {one} by {Number(visible.Value, "0.00")} deviations or more would most likely have been seen.";
    }

    private static string Name(DriftColumn column) => $"Column '{Quote.Of(column.Name)}'";

    // What is more: how far the mean moved, or how much wider or narrower the values lie.
    private static string Change(DriftColumn column)
    {
        if (column is not { Shift: { } shift, Spread: { } spread }) return "never differed in what was learned and does now";
        if (spread == 0) return $"has one value only, {Number(Math.Abs(shift), "0.0#")} deviations {(shift > 0 ? "above" : "below")} the mean of what was learned";
        double width = Math.Abs(Math.Log(spread));
        if (Math.Max(Math.Abs(shift), width) < Small) return "changed its shape, though neither its mean nor its spread by much";
        return Math.Abs(shift) >= width ? $"moved {(shift > 0 ? "up" : "down")} by {Number(Math.Abs(shift), "0.0#")} deviations" : $"spreads {(spread > 1 ? "more" : "less")}, {Number(spread, "0.0#")} times what was learned";
    }

    private static string P(double p) => p < 0.001 ? Number(Math.Max(p, 1e-300), "0e-0") : Number(p, "0.000");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
