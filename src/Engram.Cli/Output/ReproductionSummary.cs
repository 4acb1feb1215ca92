using Engram.Evaluation;
using Engram.Experiments.Recipes;
using Engram.Reports;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a reproduction prints: paper and ours side by side, the conditions, and how strengths were chosen.</summary>
internal static class ReproductionSummary
{
    /// <summary>What is outside.</summary>
    public static Style Bad { get; } = new(foreground: Color.Maroon, decoration: Decoration.Bold);

    public static void Write(Terminal terminal, Reproduction reproduction)
    {
        IAnsiConsole console = terminal.Results;
        Recipe recipe = reproduction.Plan.Recipe;
        console.WriteLine($"{recipe.Title}{(reproduction.Quick ? ", quick profile" : "")}", Look.Bold);
        console.Write(new Text($"{recipe.Source}. Mean {terminal.PlusMinus} standard error (number of seeds), in %.\n", Look.Faint));
        WriteRows(console, [.. reproduction.Rows.Where(row => !reproduction.IsPoint(row)).Select(row => (row, ReproductionWords.Of(row)))], terminal.PlusMinus);
        foreach (SweepOutcome sweep in reproduction.Sweeps) WriteSweep(console, sweep, terminal.PlusMinus);
        if (reproduction.Gates.Count > 0) WriteGates(console, reproduction.Gates);
        foreach (string failed in reproduction.Failed) console.WriteLine($"failed: {failed}", Bad);
        console.WriteLine();
        if (recipe.Note.Length > 0) console.WriteLine(recipe.Note, Look.Faint);
        console.WriteLine(Reproduction.SelectionRule, Look.Faint);
        console.WriteLine();
        console.WriteLine(ReproductionWords.Verdict(reproduction), reproduction.Inside ? Look.Bold : Bad);
    }

    /// <summary>Rows of paper and ours, each with its verdict in words.</summary>
    public static void WriteRows(IAnsiConsole console, IReadOnlyList<(RowOutcome Row, string Verdict)> rows, string plusMinus)
    {
        bool manyMetrics = rows.Any(row => row.Row.Metric != "accuracy");
        Table table = NewTable([("", Justify.Left), .. manyMetrics ? [("measured", Justify.Left)] : Array.Empty<(string, Justify)>(),
            ("paper", Justify.Right), ("ours", Justify.Right), ("band", Justify.Right), ("verdict", Justify.Left)]);
        foreach (var (row, verdict) in rows)
        {
            Style style = row.Inside == false ? Bad : Style.Plain;
            string[] cells =
            [
                row.Label, .. manyMetrics ? [row.Metric] : Array.Empty<string>(),
                row.Paper is { } paper ? Figures.WithError(paper, row.PaperStandardError, plusMinus) : "-",
                row.Ours is { } ours ? $"{Figures.WithError(ours, row.StandardError, plusMinus)} ({row.N})" : "no run",
                row.Band is { } band ? Figures.Band(band[0], band[1]) : "-",
                row.Inside == false ? verdict.ToUpperInvariant() : verdict,
            ];
            table.AddRow(cells.Select(cell => new Text(cell, style)));
        }
        console.Write(table);
    }

    private static void WriteSweep(IAnsiConsole console, SweepOutcome sweep, string plusMinus)
    {
        console.WriteLine();
        Table table = NewTable([($"{sweep.Label}, {sweep.Setting}", Justify.Left), ("accuracy", Justify.Right), ("forgetting", Justify.Right), ("intransigence", Justify.Right)]);
        foreach (SweepPoint point in sweep.Points) table.AddRow(new Text(Words.Strength(point.Value)), Cell(point.Accuracy), Cell(point.Forgetting), Cell(point.Intransigence));
        console.Write(table);

        Text Cell(SampleStatistics? statistics) => new(statistics is null ? "-" : Figures.WithError(statistics.Mean, statistics.StandardError, plusMinus));
    }

    private static void WriteGates(IAnsiConsole console, IReadOnlyList<GateOutcome> gates)
    {
        console.WriteLine();
        Table table = NewTable([("condition", Justify.Left), ("", Justify.Right), ("verdict", Justify.Left)]);
        table.Columns[0].NoWrap = false;
        foreach (GateOutcome gate in gates)
        {
            Style style = gate.Holds == false ? Bad : Style.Plain;
            string sides = gate is { Left: { } left, Right: { } right } ? $"{Figures.WithError(left, null, "")} {gate.Comparison} {Figures.WithError(right, null, "")}{(gate.P is { } p ? $", {Words.WithLetter(p)}" : "")}" : "run missing";
            table.AddRow(new Text($"{gate.Says}{(gate.EverySeed ? ", for every seed" : "")}{(gate.Clear ? ", beyond chance" : "")}", style), new Text(sides, style), new Text(gate.Holds == false ? gate.Word.ToUpperInvariant() : gate.Word, style));
        }
        console.Write(table);
    }

    private static Table NewTable(IEnumerable<(string Name, Justify Alignment)> columns)
    {
        Table table = new() { Border = TableBorder.None };
        foreach (var (name, alignment) in columns) table.AddColumn(new TableColumn(new Text(name, Look.Faint)) { Alignment = alignment, Padding = new(0, 0, 2, 0), NoWrap = true });
        return table;
    }
}
