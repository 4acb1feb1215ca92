using Engram.Evaluation;
using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>The pictures and the page of a study of affinities.</summary>
public static class AffinityReport
{
    /// <summary>Writes <c>affinity</c>, <c>tree</c> and <c>transfers</c>, each as <c>.svg</c> and <c>.png</c>, and <c>report.html</c>, each complete or not at all.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static void Write(AffinityStudy study, string folder, string? command = null)
    {
        AffinityPicture.Of(study).Write(folder, "affinity");
        TaskTreePicture.Of(study).Write(folder, "tree");
        TransferGraphPicture.Of(study)?.Write(folder, "transfers");
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(study, command));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static string Page(AffinityStudy study, string? command = null) => ReportPage.Of(
        "Engram task affinity",
        $"Which task of {study.Stream} helps which",
        study.Sentences,
        [
            $"network {study.Network}", Layers("encoder", study.Encoder), Layers("decoder", study.Decoder), $"{study.Tasks.Length} tasks", $"{study.Samples} samples per read-out",
            study.Seeds.Length == 1 ? "1 seed" : $"{study.Seeds.Length} seeds",
        ],
        study.Engram,
        Html.Section("Who helps whom",
            Html.Paragraph($"An encoder is learned on the task of the row, frozen, and the task of the column is read out from it with {study.Samples} samples. "
                + "0 is as good as a random encoder, 100 as good as training the whole network on all data of that task; below 0 the encoder has lost what the task needs. The more a cell stands out, the more it helps. Tasks that help alike stand side by side."),
            ExhibitTableView.Of(Ordered(study, "Gain of a read-out", study.Gains, Words.Brackets + (study.Gains.Any(row => row.Contains(null)) ? " Empty: full training is not clearly better than a random encoder." : "")), (row, column) => Words.Gain(study.TransferOf(study.Tree.Leaves[column], study.Tree.Leaves[row])) ?? ""),
            Html.Folded("Every gain with its interval", Intervals(study))),
        Html.Section("Which tasks are alike",
            Html.Paragraph("Tasks are alike when they help the same tasks. Follow the lines from the names: the sooner two meet, the more alike they are."),
            Html.Chart(TaskTreePicture.Chart(study).Title, width => TaskTreePicture.Chart(study).Draw(width, hasTitle: false))),
        Supervised(study),
        Pairs(study),
        Html.Section("In accuracies", Html.Paragraph("Test accuracy in per cent, mean ± standard error over seeds. The best source is the other task whose encoder serves a read-out best."), Accuracies(study)),
        Html.Section("Affinities",
            Html.Paragraph("Gains depend on how hard a task is; these do not. For each target (column) the sources are compared image by image: which read-out has the smaller loss? The shares of won comparisons make one priority for each source (analytic hierarchy process); a column sums to 100."),
            ExhibitTableView.Of(Ordered(study, "Affinity", study.Affinities, ""))),
        Html.Section("How it was measured", Html.Paragraph(HowMeasured(study))),
        Html.Section("Repeat it", command is null ? "" : Html.Code(command), Html.Folded("Configuration", Html.Code(RunReport.Json(study.Config)))));

    private static string Layers(string name, int[] widths) => widths.Length == 0 ? $"{name}: {(name == "decoder" ? "linear" : "whole network")}" : $"{name} {Words.Widths(widths)}";

    private static Methods.ExhibitTable Ordered(AffinityStudy study, string name, double?[][] values, string note)
    {
        int[] order = study.Tree.Leaves;
        string[] names = [.. order.Select(task => study.Tasks[task])];
        return new(name, "encoder learned on", names, "read out", names, [.. order.Select(source => order.Select(target => values[source][target]).ToArray())], note);
    }

    private static string Intervals(AffinityStudy study) => Html.Table("Gains", ["encoder learned on", "read out", "gain, %", "interval, %", "p", "more than chance"],
            study.Transfers.Where(one => !one.Sources.Contains(one.Target)).OrderByDescending(one => one.Gain).Select(one => new[]
            {
                Html.List(Names(study, one)), Html.Text(study.Tasks[one.Target]), one.Gain is { } gain ? Words.Gain(gain) : "n/a", one is { GainLow: { } low, GainHigh: { } high } ? $"{Words.Gain(low)} to {Words.Gain(high)}" : "",
                one.P is { } p ? Html.Text(Words.Probability(p)) : "", one.P is null ? "cannot be said" : one.IsClear ? "yes" : "not clear",
            }))
        + Html.Note("Read-outs of a task on different encoders, each with every seed, against the one on the random encoder; the noise is what the means of encoders and seeds leave, together for all read-outs of a task. "
            + "p and intervals are corrected for all transfers (Holm), so that all of them together raise a false alarm once in twenty times. No gain stands where full training is not clearly better than a random encoder.");

    private static string Supervised(AffinityStudy study)
    {
        if (TransferGraphPicture.Chart(study) is not { } chart) return "";
        return Html.Section("Which tasks to supervise",
            Html.Paragraph($"Labels cost, so only some tasks get them; each other task is read out from the encoders of these. Shown is the best choice of {chart.Chosen.Tasks.Length}{(study.Budget is null ? ", half of the tasks" : "")}: "
                + "arrows lead from a supervised task to what is read out from it, with its gain (0 random encoder, 100 full training)."
                + (study.SupportsChoice() ? "" : " None of these read-outs is better than a random encoder's beyond chance, so the choice may be chance, too.")),
            Html.Chart(chart.Title, width => chart.Draw(width, hasTitle: false)),
            Html.Table("Budgets", ["labels for", "supervise", "read out", "value"], study.Supervisions.Select((one, i) => new[]
            {
                $"{i + 1}{(one == study.Chosen() ? " <small>shown</small>" : "")}", Html.List(string.Join(", ", one.Tasks.Select(task => study.Tasks[task]))), Html.List(Edges(study, one)), $"{one.Value:0.00}",
            })),
            Html.Note("Value: sum over all tasks of 1 for a supervised one and the affinity of its transfer for another; every set of tasks was tried."));
    }

    private static string Edges(AffinityStudy study, Supervision one) => string.Join("; ", one.Edges.Where(edge => !one.Tasks.Contains(edge.Target))
        .Select(edge => $"{study.Tasks[edge.Target]} from {string.Join(" and ", edge.Sources.Select(source => study.Tasks[source]))}"));

    private static string Pairs(AffinityStudy study)
    {
        if (!study.Transfers.Any(one => one.Sources.Length == 2)) return "";
        return Html.Section("Two sources at once", Html.Paragraph("A read-out on two encoders side by side, against the best single one. A pair is worth its second source only where it gains clearly more."),
            Html.Table("Pairs", ["task", "best single source", "gain", "best pair", "gain"], Enumerable.Range(0, study.Tasks.Length).Select(target =>
            {
                Transfer single = Best(study, target, 1), pair = Best(study, target, 2);
                return new[] { Html.Text(study.Tasks[target]), Html.List(Names(study, single)), Gain(single), Html.List(Names(study, pair)), Gain(pair) };
            })));
    }

    private static string Accuracies(AffinityStudy study) => Html.Table("Accuracies", ["task", "random encoder", "best other source", "its read-out", "own encoder", "full training"], Enumerable.Range(0, study.Tasks.Length).Select(task =>
    {
        Transfer best = Best(study, task, 1), own = study.Transfers.First(one => one.Target == task && one.Sources is [var only] && only == task);
        return new[] { Html.Text(study.Tasks[task]), Html.PlusMinus(study.RandomEncoder[task]), Html.List(Names(study, best)), Html.PlusMinus(best.Accuracy), Html.PlusMinus(own.Accuracy), Html.PlusMinus(study.FullTraining[task]) };
    }));

    private static Transfer Best(AffinityStudy study, int target, int sources) => study.Transfers.Where(one => one.Target == target && one.Sources.Length == sources && !one.Sources.Contains(target)).MaxBy(one => one.Accuracy.Mean)
        ?? study.Transfers.First(one => one.Target == target);

    private static string Names(AffinityStudy study, Transfer transfer) => string.Join(" and ", transfer.Sources.Select(source => study.Tasks[source]));

    private static string Gain(Transfer transfer) => Words.Gain(transfer) is { } gain ? $"{gain} %" : "n/a";

    private static string HowMeasured(AffinityStudy study) =>
        $"Each task is learned alone by the whole network from all its data. Its first layers are the encoder; they are frozen, their activations scaled to mean 0 and deviation 1, and a fresh decoder is learned behind them from {study.Samples} samples of the target, "
        + "the same samples, first weights and batches for every source. The random encoder is the network before training. Accuracies and losses come from the test data. "
        + "The tree joins tasks by the distance of their rows of gains (average linkage). After Zamir et al. 2018, arXiv 1804.08328.";
}
