using Engram.Evaluation;
using Engram.Experiments;
using Engram.Reports;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a finished run prints: matrix, metrics, cost, and one plain sentence.</summary>
internal static class RunSummary
{
    public static void Write(IAnsiConsole console, RunResult result)
    {
        AccuracyTable.Write(console, result);
        console.WriteLine();
        Table table = Look.NewTable(headers: false);
        table.AddColumn(Look.Column(""));
        table.AddColumn(Look.Column("", Justify.Right));
        table.AddColumn(new TableColumn("") { Padding = new(0, 0, 0, 0) });
        foreach (Metric metric in MetricCatalog.In(MetricGroup.Main))
            if (result.Metrics.GetValueOrDefault(metric.Id) is { } value) Row(metric.Name, Figures.Percent(value), metric.MeaningOf(value));
        Row("guessing", Figures.Percent(result.Chance.Average()), $"and {Figures.Percent(result.Majority.Average())} for always the most frequent class");
        RunSeconds seconds = result.Seconds;
        Row("time", Words.Time(seconds.Total), $"train {Words.Time(seconds.Train)}, consolidate {Words.Time(seconds.Consolidate)}, test {Words.Time(seconds.Evaluate)}");
        Row("size", $"{result.Parameters[^1]:#,0}", $"parameters, and {Words.Bytes(result.StoredBytes[^1])} kept besides");
        foreach (GrowthRecord growth in result.Growth) Row("growth", Words.Widths(growth.To), $"units, from {Words.Widths(growth.From)}, in task {growth.Task} after step {growth.Step:#,0}");
        console.Write(table);
        console.WriteLine();
        foreach (string remark in result.Remarks) console.WriteLine(remark);
        console.WriteLine(Words.Story(result));

        void Row(string name, string value, string meaning) => table.AddRow(new Text(name), new Text(value), new Text(meaning, Look.Faint));
    }
}
