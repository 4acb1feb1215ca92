using Engram.Experiments.Recipes;

namespace Engram.Reports;

/// <summary>The page of the table of all recipes.</summary>
public static class ReproductionTableReport
{
    /// <summary>Writes <c>report.html</c> and <c>table.csv</c>, each complete or not at all.</summary>
    /// <param name="table">What came of all recipes.</param>
    /// <param name="folder">An existing folder.</param>
    public static void Write(ReproductionTable table, string folder)
    {
        AtomicFile.Write(Path.Combine(folder, "table.csv"), table.ToCsv());
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(table));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="table">What came of all recipes.</param>
    public static string Page(ReproductionTable table) => ReportPage.Of(
        $"Engram reproduction{(table.Quick ? ", quick profiles" : "")}",
        "Every published number, paper and ours",
        [ReproductionWords.Verdict(table)],
        [$"{table.Recipes.Count} recipes", $"{table.Rows.Count} rows", $"{table.Finished.Count} runs"],
        table.Engram,
        Html.Section("Recipe by recipe", Overview(table),
            Html.Note("Rows: inside their band, outside, measured without a band, not run. Conditions: those that hold, of those whose rows were all run. A row counts as run when all its seeds are done.")),
        string.Concat(table.Recipes.Select(recipe => Of(table, recipe))),
        Html.Section("How it was made", Html.Paragraph("The cheapest rows were run first, as many as there was time for. What a run takes is estimated from its samples, epochs and network, and corrected by the runs that ended before. Numbers are per cent, and points for differences: mean ± standard error over seeds."),
            Html.Note(Reproduction.SelectionRule), Html.Code($"engram reproduce --all{(table.Quick ? " --quick" : "")}"), Html.Note("The same command goes on where it stopped; what is done is not run again. All rows are in table.csv, too.")));

    private static string Overview(ReproductionTable table) => Html.Table("Recipes", ["recipe", "inside", "outside", "measured", "not run", "why", "conditions"], table.Recipes.Select(recipe =>
    {
        ReproducedRow[] rows = RowsOf(table, recipe);
        ReproducedGate[] gates = [.. table.Gates.Where(gate => gate.Recipe == recipe.Id && gate.State is ReproducedState.Inside or ReproducedState.Outside)];
        return (string[])
        [
            $"<a href=\"#{Html.Text(recipe.Id)}\">{Html.Text(recipe.Id)}</a>", Count(ReproducedState.Inside), Count(ReproducedState.Outside), Count(ReproducedState.Measured), Number(rows.Count(row => !ReproductionWords.IsRun(row.State))),
            Html.List(string.Join(", ", rows.Where(row => !ReproductionWords.IsRun(row.State)).Select(ReproductionWords.Of).Distinct())), gates.Length == 0 ? "" : $"{gates.Count(gate => gate.State == ReproducedState.Inside)} of {gates.Length}",
        ];

        string Count(ReproducedState state) => Number(rows.Count(row => row.State == state));
    }));

    private static string Of(ReproductionTable table, Recipe recipe)
    {
        ReproducedRow[] rows = RowsOf(table, recipe);
        string[] reasons = [.. rows.Select(row => row.Why).Where(why => why.Length > 0).Distinct()];
        return $"<div id=\"{Html.Text(recipe.Id)}\">\n" + Html.Section(recipe.Title, Html.Note($"{recipe.Source}. Recipe {recipe.Id}."),
            ReproductionReport.Rows(recipe.Title, [.. rows.Select(row => (row.Row, Verdict(row)))]),
            string.Concat(reasons.Select(Html.Note)),
            ReproductionReport.Gates([.. table.Gates.Where(gate => gate.Recipe == recipe.Id && ReproductionWords.IsRun(gate.State)).Select(gate => gate.Gate)])) + "</div>\n";
    }

    private static string Verdict(ReproducedRow row) => (row.State, ReproductionWords.Of(row)) switch
    {
        (ReproducedState.Inside, var word) when row.Row.Decides => ReproductionReport.Mark(word, good: true),
        (ReproducedState.Outside or ReproducedState.Failed, var word) => ReproductionReport.Mark(word, good: false),
        (_, "") => "",
        (_, var word) => ReproductionReport.Word(word + (row.SecondsLeft is { } left ? $", {Words.Time(left)}" : "")),
    };

    private static ReproducedRow[] RowsOf(ReproductionTable table, Recipe recipe) => [.. table.Rows.Where(row => row.Recipe == recipe.Id)];

    private static string Number(int count) => count == 0 ? "" : $"{count}";
}
