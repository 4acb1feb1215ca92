using Engram.Durable;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>How a learner answered labelled data: in all, by class, and what was taken for what.</summary>
internal static class TestSummary
{
    private const int MostClasses = 40, LongestName = 28, MostTaken = 3;

    public static void Write(IAnsiConsole console, TestReport report)
    {
        console.WriteLine($"{Figures.Percent(report.Accuracy)} % of {Figures.Count(report.Samples)} samples are right (version {report.Version}); {Figures.Count(report.Unknown)} are like nothing learned");
        console.WriteLine();
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("class"));
        table.AddColumn(Look.Column("samples", Justify.Right));
        table.AddColumn(Look.Column("right %", Justify.Right));
        table.AddColumn(Look.Column("taken for", gap: 0));
        foreach (ClassReport one in report.Classes.Take(MostClasses))
            table.AddRow(new Text(Quote.Of(one.Name, LongestName), one.WasLearned ? Style.Plain : Look.Faint), new Text(Figures.Count(one.Samples)), new Text(one.WasLearned ? Figures.Percent(one.Right / (double)one.Samples) : "-"),
                new Text(string.Join(", ", one.TakenFor.Take(MostTaken).Select(other => $"{Quote.Of(other.Key, LongestName)} {other.Value}")), Look.Faint));
        console.Write(table);
        if (report.Classes.Count > MostClasses) console.WriteFaint($"and {report.Classes.Count - MostClasses} more classes; --json has all of them");
        if (report.Remarks.Count > 0) console.WriteLine();
        foreach (string remark in report.Remarks) console.WriteLine(remark);
    }
}
