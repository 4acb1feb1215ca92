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
        return $"{string.Join("; ", parts)}.{(outside.Length > 0 ? $" Outside: {string.Join("; ", outside.Take(MostNamed))}{(outside.Length > MostNamed ? $"; and {outside.Length - MostNamed} more" : "")}." : "")}";
    }

    /// <summary>Whether a row is inside, in words.</summary>
    public static string Of(RowOutcome row) => row switch { { Inside: null } => "", { Ours: null } => "no run", { Inside: false } => "outside", { Decides: false } => "inside, as doing nothing", _ => "inside" };

    private static string Blind(RowOutcome[] judged) => judged.Count(row => row is { Inside: true, Decides: false }) is > 0 and var blind ? $", {blind} of them where doing nothing is inside too" : "";
}
