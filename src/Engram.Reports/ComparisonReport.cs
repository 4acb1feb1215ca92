using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The picture and the page of a comparison.</summary>
public static class ComparisonReport
{
    /// <summary>Writes <c>comparison</c>, <c>size</c>, <c>course</c> for more than one task and, where both bounds took part, <c>tasks</c>, each as <c>.svg</c> and <c>.png</c>, and <c>report.html</c>, each complete or not at all.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="trialFolders">Folder of each trial, relative to <paramref name="folder"/>, in the order of the trials; null for a page without links.</param>
    /// <param name="command">The command that repeats the comparison, if known.</param>
    /// <param name="course">Number of the task whose course is drawn by itself, from 1.</param>
    public static void Write(Comparison comparison, string folder, IReadOnlyList<string>? trialFolders = null, string? command = null, int course = 1)
    {
        ComparisonPicture.Of(comparison).Write(folder, "comparison");
        SizePicture.Of(comparison).Write(folder, "size");
        if (CoursePicture.Fits(comparison)) CoursePicture.Of(comparison, course).Write(folder, "course");
        if (FatesChart(comparison) is { } fates) FatesPicture.Of(fates).Write(folder, "tasks");
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(comparison, trialFolders, command, course));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    /// <param name="trialFolders">Folder of each trial, relative to the page, in the order of the trials.</param>
    /// <param name="command">The command that repeats the comparison, if known.</param>
    /// <param name="course">Number of the task whose course is drawn by itself, from 1.</param>
    public static string Page(Comparison comparison, IReadOnlyList<string>? trialFolders = null, string? command = null, int course = 1)
    {
        if (trialFolders is not null && trialFolders.Count != comparison.Trials.Count)
            throw new ArgumentException($"There are {trialFolders.Count} folders for {comparison.Trials.Count} trials; expected one each.", nameof(trialFolders));
        RunResult first = comparison.Trials[0];
        int seeds = comparison.Trials.Select(trial => trial.Seed).Distinct().Count(), tasks = comparison.Tasks.Count;
        return ReportPage.Of(
            "Engram comparison",
            $"{comparison.Summary.Count} {(comparison.Summary.Count == 1 ? "method" : "methods")} on {first.Stream}",
            comparison.Sentences,
            [
                $"{first.Scenario} scenario",
                $"network {string.Join(", ", comparison.Trials.Select(trial => trial.Network).Distinct())}",
                tasks == 1 ? "1 task" : $"{tasks} tasks",
                seeds == 1 ? "1 seed" : $"{seeds} seeds",
            ],
            first.Engram,
            Html.Section("Mean accuracy after each task", Html.Chart(ComparisonPicture.Chart(comparison)),
                Html.Note("Mean over the tasks learned so far; the band is one standard error over seeds. Grey dashes are the bounds.")),
            CoursePicture.Fits(comparison) ? Html.Section("The course of one task", Html.Chart(CoursePicture.Chart(comparison, course)),
                Html.Note($"Accuracy on {Words.InSentence(comparison.Tasks[course - 1], course - 1)} after each task: faint before it is learned (the dotted line), strong from then on; mean over seeds, the band is one standard error. "
                    + (comparison.UpperBound is { } together ? $"The level line is what {together} training on all tasks knows of it in the end. " : "") + "The dashes are what always answering its most frequent class reaches. Another task is chosen with --course N.")) : "",
            FatesChart(comparison) is { } fates ? ReproductionReport.Fates(fates) : "",
            Html.Section("Results", Results(comparison),
                Html.Note($"Per cent, and points for differences: mean ± standard error over seeds. Guessing reaches {Words.Percent(first.Chance.Average())} %, "
                    + $"always answering the most frequent class {Words.Percent(first.Majority.Average())} %."
                    + (Words.Improved(comparison.Summary.Min(method => method.Metrics["forgetting"]?.Mean)) is { } improved ? $" Forgetting {improved}." : ""))),
            Differences(comparison),
            Against(comparison),
            Html.Section("What each method knew", $"<div class=\"many\">\n{string.Concat(comparison.Summary.Select(Small))}</div>\n",
                Html.Note("Rows: after learning each task. Columns: tasks by number. Test accuracy in per cent, mean over seeds; outlined is the task just learned.")),
            Html.Section("Scenario", $"<p>{Html.Text(Words.Scenario(first))}</p>\n"),
            Html.Section("Accuracy against size", Html.Chart(SizePicture.Chart(comparison).Title, width => SizePicture.Chart(comparison).Draw(width, hasTitle: false)),
                Html.Note("After the last task: four bytes for each parameter in use, and everything a method keeps besides, such as samples, importances and generators. Upper left is best; sizes are drawn by their logarithms.")),
            Html.Section("Cost", Cost(comparison)),
            Html.Section("Repeat it",
                command is null ? "" : Html.Code(command),
                Runs(comparison, trialFolders),
                Configurations([.. comparison.Trials.DistinctBy(trial => trial.Method)])));
    }

    private static string Results(Comparison comparison)
    {
        bool sameSeeds = comparison.Summary.All(method => method.N == comparison.Summary[0].N);
        Metric[] metrics = [.. MetricCatalog.In(MetricGroup.Main)];
        return Html.Table("Results", ["method", .. metrics.Select(metric => metric.Name), "seeds"],
            comparison.Summary.OrderByDescending(method => method.Accuracy.Mean)
                .Select(method => (string[])[Name(method, comparison), .. Values(method, metrics), sameSeeds ? "" : $"{method.N}"]));
    }

    private static IEnumerable<string> Values(MethodSummary method, IEnumerable<Metric> metrics) => metrics.Select(metric => Html.PlusMinus(method.Metrics[metric.Id]));

    // The runs of both bounds, and of the method that knows most in the end, which keeps its colour; null without both bounds.
    private static SmallMultiples? FatesChart(Comparison comparison)
    {
        RunResult[] lower = RunsOf(comparison.LowerBound), upper = RunsOf(comparison.UpperBound);
        if (!FatesPicture.Fits(lower, upper)) return null;
        MethodSummary? best = comparison.Summary.Where(method => method.Method != comparison.LowerBound && method.Method != comparison.UpperBound).MaxBy(method => method.Accuracy.Mean);
        LineLook? look = best is null || ComparisonPicture.Chart(comparison) is not LineChart ? null : ComparisonPicture.Looks(comparison).First(one => one.Method == best).Look;
        return FatesPicture.Chart(lower, upper, RunsOf(best?.Method), look);

        RunResult[] RunsOf(string? id) => [.. comparison.Trials.Where(trial => trial.Method == id)];
    }

    private static string Differences(Comparison comparison)
    {
        (string Method, PairedDifference Difference)[] all = [.. comparison.Differences];
        return all.Length == 0 ? "" : Html.Section("Differences, seed by seed", Html.Table("Differences", ["method", "against", "points", "interval", "p", "more than chance", "seeds", "seeds needed"], all.Select(one => new[]
            {
                Html.Text(one.Method), Html.Text(one.Difference.Other), Words.Points(one.Difference.Mean),
                one.Difference is { Test.SaysNothing: false, Low: { } low, High: { } high } ? $"{Words.Points(low)} to {Words.Points(high)}" : "", one.Difference.P is { } p ? Html.Text(Words.Probability(p)) : "",
                one.Difference.Test.SaysNothing ? "cannot be said" : one.Difference.IsClear ? "yes" : "not clear", $"{one.Difference.Seeds}", one.Difference.Test.SeedsNeeded() is { } needed ? $"{needed}" : "",
            })),
            Html.Note("Final accuracy less that of the other method with the same seed, mean over the seeds that both have; Student's t, with p and intervals corrected for all rows (Holm), so that all of them together raise a false alarm once in twenty times. "
                + "Seeds needed: with so many a difference as large as this one, under as much noise, would be found four times in five."));
    }

    // Omegas exist where joint training took part.
    private static string Against(Comparison comparison)
    {
        Metric[] metrics = [.. MetricCatalog.In(MetricGroup.Offline)];
        if (!metrics.Any(metric => metric.Needs == MetricNeed.Reference && comparison.Summary.Any(method => method.Metrics[metric.Id] is not null))) return "";
        return Html.Section("Against offline training", Html.Table("Omegas", ["method", .. metrics.Select(metric => metric.Column)],
                comparison.Summary.OrderByDescending(method => method.Metrics["omegaAll"]?.Mean ?? double.PositiveInfinity)
                    .Select(method => (string[])[Name(method, comparison), .. Values(method, metrics)])),
            Html.Note("Per cent, mean over the sessions after the first (Kemker and Kanan 2018): accuracy on the first task and on all samples seen, each relative to joint training on everything, and accuracy on what each session brings. "
                + "All samples: accuracy at the end on the test samples of all tasks together."));
    }

    private static string Cost(Comparison comparison) => Html.Table("Cost", ["method", "time per run", "parameters at the end", "kept besides the network"],
            comparison.Summary.Select(method => new[]
            {
                Name(method, comparison), Words.Time(method.Seconds.Mean), $"{method.Parameters.Mean:#,0}", Words.Bytes(method.StoredBytes.Mean),
            }))
        + Html.Folded("Criteria of Díaz-Rodríguez et al. 2018", Html.Table("Criteria", ["method", .. MetricCatalog.In(MetricGroup.Criteria).Select(metric => metric.Column)],
            comparison.Summary.Select(method => (string[])[Name(method, comparison), .. Values(method, MetricCatalog.In(MetricGroup.Criteria))]))
        + Html.Note("Per cent, 100 best; means over all stages of learning and not over the last one alone. Model size: 100 is a network that does not grow. Sample storage counts training samples and nothing else: 100 keeps none of them, 0 all of them all the time; importances, old networks and generators are in the bytes above."));

    private static string Runs(Comparison comparison, IReadOnlyList<string>? folders) => Html.Folded($"All {comparison.Trials.Count} runs",
        Html.Table("Runs", ["method", "seed", "accuracy", "time"], comparison.Trials.Select((trial, i) => new[]
        {
            folders is null ? Html.Text(trial.Method) : $"<a href=\"{Html.Text(Address(folders[i]))}\">{Html.Text(trial.Method)}</a>",
            $"{trial.Seed}",
            Words.Percent(Metrics.Accuracy(trial.Matrix)),
            Words.Time(trial.Seconds.Total),
        })));

    // What all have in common once, then what makes each method itself.
    private static string Configurations(IReadOnlyList<RunResult> methods)
    {
        ILookup<string, string> common = methods.ToLookup(trial => RunReport.Json(Common(trial.Config)), trial => trial.Method);
        return string.Concat(common.Select(group => Html.Folded(common.Count == 1 ? "Configuration" : $"Configuration of {string.Join(", ", group)}", Html.Code(group.Key))))
            + Html.Folded("Settings of the methods", Html.Code(string.Join('\n', methods.Select(trial => $"{trial.Method}: {trial.Config["method"]?.ToJsonString()}"))));

        static JsonObject Common(JsonObject config)
        {
            JsonObject common = config.DeepClone().AsObject();
            common.Remove("method");
            return common;
        }
    }

    private static string Small(MethodSummary method) => $"<figure><figcaption>{Html.Text(method.Method)}</figcaption>\n{MatrixTable.Small(method.MeanMatrix)}</figure>\n";

    private static string Name(MethodSummary method, Comparison comparison)
    {
        string role = method.Method == comparison.LowerBound ? "lower bound" : method.Method == comparison.UpperBound ? "upper bound" : "";
        return Html.Text(method.Method) + (role.Length > 0 ? $" <small>{role}</small>" : "");
    }

    // Each part is escaped, so that no folder's name can become a scheme, a query or a fragment.
    internal static string Address(string folder) =>
        string.Join('/', folder.Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString)) + "/report.html";
}
