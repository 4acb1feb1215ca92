using Engram.Evaluation;
using Engram.Experiments;
using Engram.Reports;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a finished comparison prints: a line per method with mean and standard error over seeds, and the verdict.</summary>
internal static class ComparisonSummary
{
    // Metrics that weigh more than the time.
    private static readonly string[] BeforeTime = ["accuracy", "forgetting", "backwardTransfer"];

    // In the order of their weight: what does not fit is left to the report.
    private static readonly (string Name, Func<MethodSummary, SampleStatistics?> Value, Func<double, string> Show)[] Columns =
    [
        .. Metrics(metric => BeforeTime.Contains(metric.Id)),
        ("seconds", method => method.Seconds, seconds => $"{seconds:0.0}"),
        .. Metrics(metric => !BeforeTime.Contains(metric.Id)),
        ("parameters", method => method.Parameters, count => $"{count:#,0}"),
        ("kept besides", method => method.StoredBytes, Words.Bytes),
    ];

    private const string Over = "over ";

    public static void Write(Terminal terminal, Comparison comparison)
    {
        IAnsiConsole console = terminal.Results;
        RunResult first = comparison.Trials[0];
        string[] labels = [.. comparison.Summary.Select(method => method.Method)];
        int room = console.Profile.Width - Math.Max(6, labels.Max(label => label.Length)) - 2;
        List<(string Name, string[] Cells)> shown = [];
        foreach (var (name, cells) in Cells(comparison, terminal.PlusMinus))
        {
            int width = cells.Append(name).Max(cell => cell.Length) + 2;
            if (cells.All(cell => cell == "-") || width > room) continue;
            room -= width;
            shown.Add((name, cells));
        }

        Table table = Look.NewTable();
        table.AddColumn(Look.Column("method"));
        foreach (var (name, _) in shown) table.AddColumn(Look.Column(name, Justify.Right));
        for (int row = 0; row < labels.Length; row++) table.AddRow([new Text(labels[row]), .. shown.Select(column => new Text(column.Cells[row]))]);
        console.WriteFaint($"{first.Stream}, {first.Scenario} scenario, {first.Tasks.Length} tasks: mean {terminal.PlusMinus} standard error, in %");
        console.Write(table);
        if (shown.Any(column => column.Name.StartsWith(Over, StringComparison.Ordinal))) console.WriteFaint("*: more than chance; the sentences below say by which test");
        if (Words.Improved(comparison.Summary.Min(method => method.Metrics["forgetting"]?.Mean)) is { } improved) console.WriteFaint($"Forgetting {improved}.");
        console.WriteFaint($"Guessing reaches {Figures.Percent(first.Chance.Average())} %, always the most frequent class {Figures.Percent(first.Majority.Average())} %.");
        console.WriteLine();
        console.WriteLine(Figures.Sentence(comparison.Verdict, terminal.PlusMinus));
    }

    private static IEnumerable<(string, Func<MethodSummary, SampleStatistics?>, Func<double, string>)> Metrics(Func<Metric, bool> some) =>
        MetricCatalog.In(MetricGroup.Main).Where(some).Select(metric => (metric.Column, (Func<MethodSummary, SampleStatistics?>)(method => method.Metrics[metric.Id]), (Func<double, string>)Figures.Percent));

    // What a method is above or below the bounds stands right after its accuracy.
    private static IEnumerable<(string Name, string[] Cells)> Cells(Comparison comparison, string plusMinus)
    {
        (string Name, string[] Cells)[] all = [.. Columns.Select(column => (column.Name, comparison.Summary.Select(method => Show(column.Value(method), column.Show, plusMinus)).ToArray()))];
        yield return all[0];
        if (comparison.LowerBound is { } lower) yield return (Over + lower, [.. comparison.Summary.Select(method => Show(method.AgainstLowerBound))]);
        if (comparison.UpperBound is { } upper) yield return (Over + upper, [.. comparison.Summary.Select(method => Show(method.AgainstUpperBound))]);
        foreach (var column in all[1..]) yield return column;
    }

    private static string Show(PairedDifference? difference) => difference is null ? "-" : $"{Figures.Sentence(Words.Points(difference.Mean), "")}{(difference.IsClear ? "*" : " ")}";

    private static string Show(SampleStatistics? statistics, Func<double, string> show, string plusMinus) => statistics switch
    {
        null => "-",
        { StandardError: { } error } when error > 0 => $"{show(statistics.Mean)} {plusMinus} {show(error)}",
        _ => show(statistics.Mean),
    };
}
