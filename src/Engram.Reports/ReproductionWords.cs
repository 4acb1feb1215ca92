using Engram.Experiments.Recipes;

namespace Engram.Reports;

/// <summary>What a reproduction found, in words.</summary>
internal static class ReproductionWords
{
    private const int MostNamed = 6;

    /// <summary>Such as <c>12 of 13 rows are inside their bands; 3 of 3 conditions hold.</c></summary>
    public static string Verdict(Reproduction reproduction)
    {
        RowOutcome[] judged = [.. reproduction.Rows.Where(row => row.Inside is not null)];
        string[] outside = [.. judged.Where(row => row.Inside == false).Select(row => row.Label)];
        List<string> parts = [];
        if (judged.Length > 0) parts.Add($"{judged.Length - outside.Length} of {judged.Length} {(judged.Length == 1 ? "row is" : "rows are")} inside {(judged.Length == 1 ? "its band" : "their bands")}{Blind(judged)}");
        int decided = reproduction.Gates.Count(gate => gate.Holds is not null), few = reproduction.Gates.Count - decided;
        if (decided > 0) parts.Add($"{reproduction.Gates.Count(gate => gate.Holds == true)} of {decided} {(decided == 1 ? "condition holds" : "conditions hold")}");
        if (few > 0) parts.Add($"{few} {(few == 1 ? "condition needs" : "conditions need")} more seeds");
        if (reproduction.Failed.Count > 0) parts.Add($"{reproduction.Failed.Count} {(reproduction.Failed.Count == 1 ? "run" : "runs")} failed");
        if (parts.Count == 0) return "Nothing was asked of these rows.";
        return $"{string.Join("; ", parts)}.{Named("Outside", outside)}";
    }

    /// <summary>Whether a row is inside, in words.</summary>
    public static string Of(RowOutcome row) => row switch { { Inside: null } => "", { Ours: null } => "no run", { Inside: false } => "outside", { Decides: false } => "inside, as doing nothing", _ => "inside" };

    /// <summary>The same of a row in the table of all recipes; one with fewer runs than it should have is no more than a number.</summary>
    public static string Of(ReproducedRow row) => row.State switch
    {
        ReproducedState.Inside or ReproducedState.Outside => Of(row.Row),
        ReproducedState.Measured => "",
        _ => Why(row.State),
    };

    /// <summary>Why some rows of a recipe were not run, a line for each reason with the number of rows.</summary>
    public static IEnumerable<string> NotRun(IReadOnlyList<ReproducedRow> rows) => rows.Where(row => !IsRun(row.State)).GroupBy(row => (row.State, row.Why)).Select(group =>
        $"{Rows(group.Count())}, {Why(group.Key.State)}{(group.Key.Why.Length > 0 ? $": {group.Key.Why}" : "")}");

    /// <summary>Such as <c>120 rows are inside their bands, 3 outside, 60 have none; 79 were not run: 60 no time (about 5 h 12 min of work), 19 data missing. 30 of 31 conditions hold.</c></summary>
    public static string Verdict(ReproductionTable table)
    {
        int inside = Count(ReproducedState.Inside), outside = Count(ReproducedState.Outside), measured = Count(ReproducedState.Measured);
        List<string> parts = [$"{Rows(inside + outside + measured)} of {table.Rows.Count} {(inside + outside + measured == 1 ? "was" : "were")} run: {inside} inside, {outside} outside, {measured} without a band"];
        string[] open = [.. table.Rows.Where(row => !IsRun(row.State)).GroupBy(row => row.State).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Why(group.Key)}{(group.Key == ReproducedState.NoTime ? $" (about {Words.Time(table.SecondsLeft)} of work)" : "")}")];
        if (open.Length > 0) parts.Add($"the others were not: {string.Join(", ", open)}");
        int holds = table.Gates.Count(gate => gate.State == ReproducedState.Inside), broken = table.Gates.Count(gate => gate.State == ReproducedState.Outside);
        if (holds + broken > 0) parts.Add($"{holds} of {holds + broken} {(holds + broken == 1 ? "condition holds" : "conditions hold")}{(holds + broken < table.Gates.Count ? $", of {table.Gates.Count} in all" : "")}");
        return $"{string.Join("; ", parts)}.{Named("Outside", [.. table.Rows.Where(row => row.State == ReproducedState.Outside).Select(row => $"{row.Recipe}: {row.Row.Label}")])}"
            + Named("Broken", [.. table.Gates.Where(gate => gate.State == ReproducedState.Outside).Select(gate => $"{gate.Recipe}: {gate.Gate.Says}")]);

        int Count(ReproducedState state) => table.Rows.Count(row => row.State == state);
    }

    /// <summary>Whether a row or a condition was run, with all its seeds.</summary>
    public static bool IsRun(ReproducedState state) => state is ReproducedState.Inside or ReproducedState.Outside or ReproducedState.Measured;

    // A sentence that names some of them; none where there are none.
    private static string Named(string what, string[] names) =>
        names.Length == 0 ? "" : $" {what}: {string.Join("; ", names.Take(MostNamed))}{(names.Length > MostNamed ? $"; and {names.Length - MostNamed} more" : "")}.";

    private static string Rows(int count) => $"{count} {(count == 1 ? "row" : "rows")}";

    private static string Why(ReproducedState state) => state switch
    {
        ReproducedState.NoTime => "no time",
        ReproducedState.NoData => "data missing",
        ReproducedState.Failed => "failed",
        _ => "not possible here",
    };

    private static string Blind(RowOutcome[] judged) => judged.Count(row => row is { Inside: true, Decides: false }) is > 0 and var blind ? $", {blind} of them where doing nothing is inside too" : "";
}
