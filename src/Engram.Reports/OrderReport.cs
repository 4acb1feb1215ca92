using Engram.Evaluation;
using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>The picture and the page of a study of orders.</summary>
public static class OrderReport
{
    private const int MostRows = 12;

    /// <summary>Writes <c>landscape</c> as <c>.svg</c> and <c>.png</c>, and <c>report.html</c>, each complete or not at all.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static void Write(OrderStudy study, string folder, string? command = null)
    {
        LandscapePicture.Of(study).Write(folder, "landscape");
        AtomicFile.Write(Path.Combine(folder, "report.html"), Page(study, command));
    }

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static string Page(OrderStudy study, string? command = null) => ReportPage.Of(
        "Engram task order",
        $"In which order to learn {study.Stream}",
        study.Sentences,
        [
            $"method {study.Method}", $"{study.Scenario} scenario", $"network {study.Network}", $"{study.Tasks.Length} tasks",
            study.Seeds.Length == 1 ? "1 seed" : $"{study.Seeds.Length} seeds", study.IsComplete ? $"all {study.Orders.Length} orders" : $"{study.Orders.Length} orders tried",
        ],
        study.Engram,
        Tiles(study),
        Html.Section("Every order at a glance", Html.Paragraph(HowToReadLandscape(study)),
            Html.Chart(LandscapePicture.Chart(study).Title, width => LandscapePicture.Chart(study).Draw(width, hasTitle: false))),
        Html.Section("The tasks", Html.Paragraph("Accuracy on each task when all are learned; orders below name the tasks by these numbers."), Html.Table("Tasks", ["task", "at the end, best order", "at the end, natural order"], study.Numbers.Select((number, i) => new[]
        {
            Html.Text(Words.Numbered(study.Tasks[i], number - 1)), Final(study, study.Recommended, i), Final(study, study.Numbers, i),
        }))),
        Pairs(study),
        study.Judged.Length == 0 ? "" : Html.Section("Judged with fresh seeds",
            Html.Paragraph("Learned again with seeds that had no part in the search: the order that was found, and others that were drawn before anything was known. Per cent, and points for forgetting, mean ± standard error over seeds."), Orders(study, study.Judged)),
        Html.Section("The orders", Html.Paragraph($"Most accurate first; per cent, and points for forgetting, {(study.IsComplete ? "mean ± standard error over seeds." : $"with seed {study.Seeds[0]}, by which they were searched: the best of many looks better here than it is.")}"),
            Orders(study, study.Orders.Take(MostRows)), study.Orders.Length > MostRows ? Html.Folded($"The other {study.Orders.Length - MostRows}", Orders(study, study.Orders.Skip(MostRows))) : ""),
        Html.Section("How it was decided", Html.Paragraph(HowDecided(study))),
        Html.Section("Repeat it", command is null ? "" : Html.Code(command), Html.Folded("Configuration", Html.Code(RunReport.Json(study.Config)))));

    private static string Tiles(OrderStudy study) => Html.Tiles(
    [
        ("accuracy, best order", Words.Percent(study.Accuracy.Best), "%", "mean over all tasks at the end"),
        ("accuracy, any order", Words.Percent(study.Accuracy.Mean), "%", "mean over the orders"),
        ("accuracy, worst order", Words.Percent(study.Accuracy.Worst), "%", $"{Wording.Points(study.Accuracy.Spread)} points below the best"),
        ("forgetting", $"{Wording.Points(study.Forgetting.Best)} to {Wording.Points(study.Forgetting.Worst)}", "points",
            $"least and most; {Wording.Points(study.Forgetting.Mean)} on average{(Words.Improved(study.Forgetting.Best) is { } improved ? $"; {improved}" : "")}"),
    ]);

    private static string HowToReadLandscape(OrderStudy study) =>
        "Each point is one order of the tasks. Higher is more accurate at the end, further left has forgotten less, so the best orders lie at the upper left. "
        + (study.Test.IsClear ? "The square is the order to take."
            : study.Test.P is null ? "The square is the best one; with one seed nobody can tell it from chance." : "The square is the best one, but not further from the others than chance explains.");

    private static string Pairs(OrderStudy study)
    {
        Dictionary<(int, int), TaskPair> pairs = study.Pairs.ToDictionary(pair => (pair.First, pair.Then));
        string[] names = [.. study.Numbers.Select((number, i) => Words.Numbered(study.Tasks[i], number - 1))];
        string context = study.IsComplete ? "Nothing was learned before these two." : "Mean over the runs in which the one came right after the other, whatever came before; empty where that never happened.";
        return Html.Section("Learn one task, then another",
            Html.Paragraph("The row is learned first, the column right after it. Upper table: what is still known of the first; lower table: how well the second was learned. "
                + $"The more a cell stands out, the better; a faint row in the upper table is a task that is easily forgotten, a faint column one that makes others forget. {context}"),
            ExhibitTableView.Of(new("Still known of the first task", "learn first", names, "then", names, Cells(pair => pair.Kept.Mean), "")),
            ExhibitTableView.Of(new("Learned of the second task", "learn first", names, "then", names, Cells(pair => pair.Learned.Mean), "")));

        double?[][] Cells(Func<TaskPair, double> value) => [.. study.Numbers.Select(first => study.Numbers.Select(then => pairs.TryGetValue((first, then), out TaskPair? pair) ? value(pair) : (double?)null).ToArray())];
    }

    private static string Orders(OrderStudy study, IEnumerable<OrderOutcome> outcomes)
    {
        bool areAllSeeds = outcomes.All(outcome => outcome.N == study.Seeds.Length);
        return Html.Table("Orders", ["order", "accuracy", "forgetting", "seeds"], outcomes.Select(outcome => new[]
        {
            string.Join(" ", outcome.Order) + Role(study, outcome), Html.PlusMinus(outcome.Accuracy), Html.PlusMinus(outcome.Forgetting), areAllSeeds ? "" : $"{outcome.N}",
        }));
    }

    private static string Role(OrderStudy study, OrderOutcome outcome)
    {
        string[] roles = [.. new[] { (outcome.Order.SequenceEqual(study.Recommended), study.Test.IsClear ? "recommended" : "best"), (outcome.Order.SequenceEqual(study.Numbers), "natural") }.Where(role => role.Item1).Select(role => role.Item2)];
        return roles.Length == 0 ? "" : $" <small>{string.Join(", ", roles)}</small>";
    }

    private static string Final(OrderStudy study, int[] order, int task) => study.Judged.Concat(study.Orders).FirstOrDefault(outcome => outcome.Order.SequenceEqual(order)) is { } found ? $"{Words.Percent(found.Final[task])} %" : "";

    private static string HowDecided(OrderStudy study)
    {
        OrderTest test = study.Test;
        string natural = study.OverNatural is { } over ? $" Over the natural order the margin is {Wording.Points(over.Mean)} points{(over.StandardError is { } error ? $" (standard error {Wording.Points(error)}, {over.Count} seeds)" : "")}." : " The best order is the natural one.";
        if (test.P is null) return "One seed shows differences but not whether they are more than chance: with other first weights another order may be best." + natural;
        string choice = study.IsComplete
            ? $"The best of {test.ChosenFrom} orders looks good partly because it was chosen for that, so its p is multiplied by {test.ChosenFrom} (Bonferroni)."
            : $"The orders were searched with seed {study.Seeds[0]} only. The best one was then learned with {test.Seeds} other {(test.Seeds == 1 ? "seed" : "seeds")}, beside {test.Others} orders that were drawn before anything was known, so that choosing it cannot have flattered it.";
        return $"All orders of a seed share data and first weights, so they are compared seed by seed. {choice} The noise is what is left after the means of orders and seeds (a randomised block design), and below p = {DifferenceTest.Level:0.00} the order is called better.{natural}";
    }
}
