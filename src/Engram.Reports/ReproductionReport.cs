using Engram.Evaluation;
using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Reports;

/// <summary>The page of a reproduction, and the picture of its sweeps where it has some.</summary>
public static class ReproductionReport
{
    /// <summary>Writes <c>report.html</c>, <c>strength.svg</c> and <c>strength.png</c> for sweeps, and <c>tasks.svg</c> and <c>tasks.png</c> where the recipe names rows for it, each complete or not at all.</summary>
    /// <param name="reproduction">What came of a recipe.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="trials">The runs behind it.</param>
    public static void Write(Reproduction reproduction, string folder, IReadOnlyList<TrialLink> trials)
    {
        StrengthPicture.Of(reproduction)?.Write(folder, "strength");
        if (FatesRuns(reproduction, trials) is var (course, beside, best) && FatesPicture.Fits(course, beside)) FatesPicture.Of(course, beside, best).Write(folder, "tasks");
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(reproduction, trials));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="reproduction">What came of a recipe.</param>
    /// <param name="trials">The runs behind it.</param>
    public static string Page(Reproduction reproduction, IReadOnlyList<TrialLink> trials)
    {
        Recipe recipe = reproduction.Plan.Recipe;
        int seeds = reproduction.Rows.Select(row => row.N).DefaultIfEmpty().Max();
        return ReportPage.Of(
            $"Engram reproduction{(reproduction.Quick ? ", quick profile" : "")}",
            recipe.Title,
            [ReproductionWords.Verdict(reproduction)],
            [$"{recipe.Source}", $"recipe {recipe.Id}", seeds == 1 ? "1 seed" : $"{seeds} seeds", $"{trials.Count} runs"],
            reproduction.Engram,
            Html.Section(reproduction.Rows.Any(row => row.Paper is not null) ? "Paper and ours" : "Results", Rows(reproduction),
                Html.Note($"Per cent, and points for differences{(seeds == 1 ? "; 1 seed" : ": mean ± standard error over seeds")}.{(reproduction.Rows.Any(row => row.Band is not null) ? " A row is inside when our mean is in the band." : "")}"), Html.Note(Reproduction.SelectionRule)),
            reproduction.Gates.Count == 0 ? "" : Html.Section("Conditions", Gates(reproduction.Gates)),
            FatesRuns(reproduction, trials) is var (course, beside, best) && FatesPicture.Fits(course, beside) ? Fates(FatesPicture.Chart(course, beside, best)) : "",
            Sweeps(reproduction),
            recipe.Note.Length == 0 ? "" : Html.Section("What differs", $"<p>{Html.Text(recipe.Note)}</p>\n"),
            Html.Section("Repeat it", Html.Code(Command(reproduction.Plan)), reproduction.Failed.Count == 0 ? "" : Html.Folded("Runs that failed", Html.Code(string.Join("\n", reproduction.Failed))),
                Runs(trials), Html.Folded("Recipe", Html.Code(RunReport.Json(recipe.Json)))));
    }

    // The points of sweeps have tables of their own.
    private static string Rows(Reproduction reproduction) => Rows("Paper and ours", [.. reproduction.Rows.Where(row => !reproduction.IsPoint(row)).Select(row => (row, row switch
    {
        { Inside: null } => "",
        { Inside: true, Decides: false } => Word(ReproductionWords.Of(row)),
        _ => Mark(ReproductionWords.Of(row), good: row.Inside == true),
    }))]);

    /// <summary>A table of paper and ours.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="rows">The rows, each with the HTML of its verdict.</param>
    internal static string Rows(string caption, IReadOnlyList<(RowOutcome Row, string Verdict)> rows)
    {
        bool sameSeeds = rows.All(row => row.Row.N == rows[0].Row.N);
        return rows.Count == 0 ? "" : Html.Table(caption, ["row", "verdict", "paper", "ours", "band", "seeds"], rows.Select(one => (string[])
        [
            $"<span class=\"label\">{Html.Text(one.Row.Label)}{(one.Row.Metric == "accuracy" ? "" : $" <small>{Html.Text(one.Row.Metric)}</small>")}</span>{(one.Row.Note.Length == 0 ? "" : $"<span class=\"aside\">{Html.Text(one.Row.Note)}</span>")}",
            one.Verdict,
            one.Row.Paper is null ? "" : PlusMinus(one.Row.Paper, one.Row.PaperStandardError), PlusMinus(one.Row.Ours, one.Row.StandardError), one.Row.Band is { } band ? Band(band) : "",
            sameSeeds ? "" : $"{one.Row.N}",
        ]));
    }

    // A list and not a table: conditions are sentences and formulas of any length, which must wrap.
    internal static string Gates(IReadOnlyList<GateOutcome> gates) => gates.Count == 0 ? "" : $"<ul class=\"conditions\">\n{string.Concat(gates.Select(Gate))}</ul>\n";

    private static string Gate(GateOutcome gate) =>
        $"<li>{(gate.Holds is { } holds ? Mark(gate.Word, holds) : $"<span>{gate.Word}</span>")}"
        + $"<div>{Html.Text(gate.Says)}{(gate.EverySeed ? ", for every seed" : "")}{(gate.Clear ? ", beyond chance" : "")}{(gate.P is { } p ? Html.Sentence($" ({Words.WithLetter(p)})") : "")}<code>{Html.Text(gate.Condition)}</code></div>"
        + $"<span class=\"sides\">{(gate.Left is null ? Html.None : $"{Number(gate.Left)} {Sign(gate.Comparison)} {Number(gate.Right)}")}</span></li>\n";

    private static string Sign(string comparison) => Html.Text(comparison.Replace(">=", "≥").Replace("<=", "≤"));

    private static string Sweeps(Reproduction reproduction)
    {
        if (reproduction.Sweeps.Count == 0) return "";
        string chart = StrengthPicture.Chart(reproduction) is { } picture ? Html.Chart(picture.Title, width => picture.Draw(width, hasTitle: false)) : "";
        return Html.Section("What a strength buys, and its price", chart,
            Html.Note("A point per strength, mean over seeds. To the right old tasks are forgotten; at the top new tasks are not learned. Best is the lower left corner. Both sides are drawn by square roots."),
            string.Concat(reproduction.Sweeps.Select(sweep => Html.Table(sweep.Label, [$"{sweep.Label}, {sweep.Setting}", "accuracy", "forgetting", "intransigence"], sweep.Points.Select(point => new[]
            {
                Html.Text(Words.Strength(point.Value)), Statistics(point.Accuracy), Statistics(point.Forgetting), Statistics(point.Intransigence),
            })))));
    }

    internal static string Fates(IChart chart) => Html.Section("What became of each task", Html.Chart(chart),
        Html.Note("Faint before the task is learned (the dotted line), strong from then on; mean over seeds."));

    private static (RunResult[] Course, RunResult[] Beside, RunResult[] Best) FatesRuns(Reproduction reproduction, IReadOnlyList<TrialLink> trials)
    {
        string[] rows = reproduction.Plan.Recipe.Fates;
        return rows.Length == 0 ? ([], [], []) : (RunsOf(rows[0]), RunsOf(rows[1]), rows.Length > 2 ? RunsOf(rows[2]) : []);

        RunResult[] RunsOf(string id) => reproduction.Plan.Rows.FirstOrDefault(row => row.Id == id) is { } row
            ? [.. trials.Where(trial => trial.Label == reproduction.Plan.LabelOf(row)).Select(trial => trial.Result)] : [];
    }

    private static string Runs(IReadOnlyList<TrialLink> trials) => Html.Folded($"All {trials.Count} runs",
        Html.Table("Runs", ["row", "method", "seed", "accuracy", "time"], trials.Select(trial => new[]
        {
            $"<a href=\"{Html.Text(ComparisonReport.Address(trial.Folder))}\">{Html.Text(trial.Label)}</a>", Html.Text(trial.Result.Method), $"{trial.Result.Seed}",
            Number(Metrics.Accuracy(trial.Result.Matrix)), Words.Time(trial.Result.Seconds.Total),
        })));

    private static string Command(ReproductionPlan plan) =>
        $"engram reproduce {plan.Recipe.Id}{(plan.Scope.Quick ? " --quick" : "")}{(plan.Scope.Seeds is { } seeds ? $" --seeds {seeds}" : "")}{(plan.Scope.Rows is { } rows ? $" --rows {string.Join(",", rows)}" : "")}";

    private static string Statistics(SampleStatistics? statistics) => PlusMinus(statistics?.Mean, statistics?.StandardError);

    private static string PlusMinus(double? value, double? error) => error is { } known ? $"{Number(value)}&nbsp;<small>±&nbsp;{100 * known:0.00}</small>" : Number(value);

    private static string Number(double? fraction) => fraction is { } value ? $"{100 * value:0.00;−0.00;0.00}" : Html.None;

    private static string Band(double?[] band) => band switch
    {
        [null, var high] => $"≤ {100 * high:0.00#;−0.00#}",
        [var low, null] => $"≥ {100 * low:0.00#;−0.00#}",
        [var low, var high] => $"{100 * low:0.00#;−0.00#} to {100 * high:0.00#;−0.00#}",
        _ => "",
    };

    /// <summary>A verdict that says nothing good or bad.</summary>
    internal static string Word(string word) => $"<span class=\"word\">{word}</span>";

    /// <summary>A verdict.</summary>
    internal static string Mark(string word, bool good) => $"<span class=\"{(good ? "good" : "bad")}\">{word}</span>";
}
