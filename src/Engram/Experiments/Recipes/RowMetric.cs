using System.Globalization;
using System.Text.RegularExpressions;
using Engram.Evaluation;
using Engram.Methods;

namespace Engram.Experiments.Recipes;

/// <summary>
/// What a row measures on a run: a metric by its name in <c>results.json</c>; <c>backwardTransfer/T</c> and <c>forwardTransfer/T</c>
/// divided by T as GEM's published code does; a cell of the accuracy matrix, <c>R[i,j]</c>, where T stands for the last task; or a cell of a
/// table that the method shows, <c>table[name,row,column]</c>, as it is after the last task.
/// </summary>
internal static partial class RowMetric
{
    private const string ByTasks = "/T";

    private static readonly string[] Names = [.. MetricCatalog.All.Select(metric => metric.Id), .. MetricCatalog.All.Where(metric => metric.OverTasks is not null).Select(metric => metric.Id + ByTasks)];

    /// <summary>What is wrong with a metric's name; null where nothing is.</summary>
    public static string? Problem(string metric) => Names.Contains(metric) || Cell().IsMatch(metric) || TableCell().IsMatch(metric) ? null
        : $"is '{Quote.Of(metric)}' but must be one of {string.Join(", ", Names)} or a cell such as R[2,1] or table[name,row,column]{NearestNames.Suggest(metric, Names)}";

    /// <summary>Whether the metric compares with the recipe's reference.</summary>
    public static bool NeedsReference(string metric) => MetricCatalog.All.Any(one => one.Id == metric && one.Needs == MetricNeed.Reference);

    /// <summary>The metric's value; null where it has no meaning for the run.</summary>
    /// <exception cref="EngramException">The matrix has no such cell.</exception>
    public static double? Of(RunResult result, string metric)
    {
        if (Cell().Match(metric) is { Success: true } cell) return At(result, metric, Index(cell.Groups[1].Value), Index(cell.Groups[2].Value));
        if (TableCell().Match(metric) is { Success: true } shown) return InTable(result, metric, shown.Groups[1].Value, shown.Groups[2].Value, shown.Groups[3].Value);
        if (!metric.EndsWith(ByTasks, StringComparison.Ordinal)) return result.Metrics.GetValueOrDefault(metric);
        string id = metric[..^ByTasks.Length];
        return result.Metrics.GetValueOrDefault(id) is null ? null : MetricCatalog.All.Single(one => one.Id == id).OverTasks!(new(result.Matrix));

        int Index(string text) => text == "T" ? result.Tasks.Length : int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static double At(RunResult result, string metric, int row, int task) => row <= result.Tasks.Length && task >= 1 && task <= result.Tasks.Length ? result.Matrix[row, task]
        : throw EngramException.Input("invalid-recipe", $"The metric {Quote.Of(metric)} is outside the matrix of {result.Tasks.Length} tasks; rows are 0 to T and columns 1 to T.");

    private static double? InTable(RunResult result, string metric, string name, string row, string column)
    {
        ExhibitTable table = result.Tables.FirstOrDefault(table => table.Name == name)
            ?? throw EngramException.Input("invalid-recipe", $"The metric {Quote.Of(metric)} needs the table '{name}', but the run shows {(result.Tables.Length == 0 ? "none" : string.Join(", ", result.Tables.Select(table => $"'{table.Name}'")))}.");
        return table.Values[Place(table.Rows, row)][Place(table.Columns, column)];

        int Place(string[] names, string wanted) => Array.IndexOf(names, wanted) is >= 0 and var place ? place
            : throw EngramException.Input("invalid-recipe", $"The metric {Quote.Of(metric)} names '{wanted}', but the table '{name}' has {string.Join(", ", names)}.");
    }

    [GeneratedRegex(@"^table\[([^,\]]+),([^,\]]+),([^,\]]+)\]\z")]
    private static partial Regex TableCell();

    [GeneratedRegex(@"^R\[(T|[0-9]{1,4}),(T|[0-9]{1,4})\]\z")]
    private static partial Regex Cell();
}
