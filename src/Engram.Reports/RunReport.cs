using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The pictures and the page of one run.</summary>
public static class RunReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>matrix.svg</c>, <c>matrix.png</c>, <c>curves.svg</c>, <c>curves.png</c> and <c>report.html</c>, each complete or not at all.</summary>
    /// <param name="result">A finished run.</param>
    /// <param name="folder">An existing folder.</param>
    public static void Write(RunResult result, string folder)
    {
        MatrixPicture.Of(result.Matrix, Words.Title(result)).Write(folder, "matrix");
        CurvesPicture.Of(result).Write(folder, "curves");
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(result));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="result">A finished run.</param>
    public static string Page(RunResult result) => ReportPage.Of(
        "Engram run report",
        $"{result.Method} on {result.Stream}",
        [Words.Story(result)],
        [$"{result.Scenario} scenario", $"network {result.Network}", result.Tasks.Length == 1 ? "1 task" : $"{result.Tasks.Length} tasks", $"seed {result.Seed}"],
        result.Engram,
        MetricTiles.Of(result),
        Html.Section("What it knew after each task",
            MatrixTable.Of(result.Matrix, Levels(result)),
            Html.Note("Test accuracy in per cent: a row for each stage of learning, a column for each task. The outlined cell is the task just learned; "
                + "read down a column to see what became of a task. The last lines are what guessing reaches, and always answering the most frequent class"
                + (result.Kappa.Length == 0 ? "." : "; and Cohen's kappa after the last task, the accuracy with each answer's base rate taken off."))),
        Html.Section("How each task fared", Html.Chart(CurvesPicture.Chart(result)), Html.Note("Faint before the task is learned, strong from then on.")),
        result.Exhibits.Count + result.Tables.Length == 0 ? "" : Html.Section("What the method shows",
            string.Concat(result.Tables.Select(table => ExhibitTableView.Of(table))),
            result.Exhibits.Count == 0 ? "" : Html.Gallery(result.Exhibits.Select(exhibit => (exhibit.Name, exhibit.Png)))),
        Html.Section("Scenario", $"<p>{Html.Text(Words.Scenario(result))}</p>\n"),
        result.Growth.Length == 0 ? "" : Html.Section("How the network grew", Growth(result)),
        result.Remarks.Length == 0 ? "" : Html.Section("Remarks", string.Concat(result.Remarks.Select(Html.Note))),
        Html.Section("Cost", Totals(result), result.Tasks.Length > 1 ? Html.Folded("Sizes after each task", Sizes(result)) : ""),
        Html.Section("Repeat it",
            "<p>In this folder, or with the configuration below saved as <code>config.json</code>:</p>\n",
            Html.Code("engram run --config config.json"),
            Html.Folded("Configuration", Html.Code(Json(result.Config))),
            Html.Note($"Seed {result.Seed}. SHA-256 of the final parameters: {result.Weights}")));

    private static (string, IReadOnlyList<double?>)[] Levels(RunResult result)
    {
        (string, IReadOnlyList<double?>)[] guesses = [("guessing", [.. result.Chance]), ("most frequent class", [.. result.Majority])];
        return result.Kappa.Length == 0 ? guesses : [.. guesses, ("kappa in the end", result.Kappa[^1])];
    }

    internal static string Json(JsonObject config) => config.ToJsonString(Indented);

    private static string Totals(RunResult result)
    {
        (string Name, string Value)[] totals =
        [
            ("time for training", Words.Time(result.Seconds.Train)),
            ("time for the method's own work", Words.Time(result.Seconds.Consolidate)),
            ("time for testing", Words.Time(result.Seconds.Evaluate)),
            ("time in all", Words.Time(result.Seconds.Total)),
            ("parameters at the end", $"{result.Parameters[^1]:#,0}"),
            ("kept besides the network at the end", Words.Bytes(result.StoredBytes[^1])),
        ];
        return Html.Table("Cost", ["what", "how much"], totals.Select(total => new[] { total.Name, total.Value }));
    }

    private static string Growth(RunResult result) => result.Growth.Length == 0 ? "" : Html.Table(
        "Growth", ["while learning", "after step", "units before", "units afterwards"],
        result.Growth.Select(growth => new[] { Html.Text(Words.Short(result.Tasks[growth.Task - 1])), $"{growth.Step:#,0}", Words.Widths(growth.From), Words.Widths(growth.To) }));

    private static string Sizes(RunResult result) => Html.Table(
        "Sizes", ["after learning", "parameters", "kept besides the network"],
        result.Tasks.Select((task, i) => new[] { Html.Text(Words.Short(task)), $"{result.Parameters[i]:#,0}", Words.Bytes(result.StoredBytes[i]) }));
}
