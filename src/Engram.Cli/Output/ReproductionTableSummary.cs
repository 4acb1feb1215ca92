using Engram.Experiments.Recipes;
using Engram.Reports;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What the table of all recipes prints: recipe after recipe the rows that were run, how many were not and why, and what does not hold.</summary>
internal static class ReproductionTableSummary
{
    public static void Write(Terminal terminal, ReproductionTable table)
    {
        IAnsiConsole console = terminal.Results;
        console.WriteLine($"All recipes{(table.Quick ? ", quick profiles" : "")}", Look.Bold);
        console.WriteFaint($"Mean {terminal.PlusMinus} standard error (number of seeds), in %.");
        foreach (Recipe recipe in table.Recipes)
        {
            ReproducedRow[] rows = [.. table.Rows.Where(row => row.Recipe == recipe.Id)], run = [.. rows.Where(row => row.Row.Ours is not null)];
            console.WriteLine();
            console.WriteLine($"{recipe.Id}: {recipe.Title}", Look.Bold);
            if (run.Length > 0) ReproductionSummary.WriteRows(console, [.. run.Select(row => (row.Row, ReproductionWords.Of(row)))], terminal.PlusMinus);
            foreach (string open in ReproductionWords.NotRun(rows)) console.WriteFaint($"not run: {open}");
            foreach (ReproducedGate broken in table.Gates.Where(gate => gate.Recipe == recipe.Id && gate.State == ReproducedState.Outside))
                console.WriteLine(Figures.Sentence($"broken: {broken.Gate.Says} ({broken.Gate.Condition})", terminal.PlusMinus), Look.Lost);
        }
        console.WriteLine();
        console.WriteFaint(Reproduction.SelectionRule);
        console.WriteLine();
        console.WriteLine(ReproductionWords.Verdict(table), table.Inside ? Look.Bold : ReproductionSummary.Bad);
    }
}
