using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The metrics of a run as tiles: name, number, and what it means or why there is none.</summary>
internal static class MetricTiles
{
    /// <summary>All metrics that pages show, in this order. Where a sign means something, the line below says what, without one.</summary>
    private static readonly Metric[] Metrics =
    [
        new("accuracy", "Accuracy", IsPoints: false, "mean over all tasks at the end"),
        new("forgetting", "Forgetting", IsPoints: true, "mean drop from each task's best; less is better") { Below = "below 0 is a gain: earlier tasks end {0} points above the best they had been" },
        new("worstForgetting", "Worst forgetting", IsPoints: true, "drop of the task that lost most") { Below = "below 0 is a gain: even the task that did worst gained {0} points" },
        new("learningAccuracy", "Learning accuracy", IsPoints: false, "mean on each task right after learning it"),
        new("anytimeAccuracy", "Anytime accuracy", IsPoints: false, "mean over the tasks so far, at every stage"),
        new("learningCurveArea", "Learning-curve area", IsPoints: false, "mean accuracy on a new task over its first steps") { IsOptional = true },
        new("backwardTransfer", "Backward transfer", IsPoints: true, "later tasks changed nothing for earlier ones") { Below = "later tasks cost earlier ones {0} points", Above = "later tasks gave earlier ones {0} points" },
        new("forwardTransfer", "Forward transfer", IsPoints: true, "earlier tasks changed nothing for later ones")
        {
            Below = "before it was learned, a task was {0} points worse than in an untrained network", Above = "before it was learned, a task was {0} points better than in an untrained network",
        },
        new("intransigence", "Intransigence", IsPoints: true, "how much worse new tasks are learned than by joint training") { Below = "below 0 is a gain: new tasks are learned {0} points better than by joint training" },
    ];

    public static string Of(RunResult result) =>
        $"<dl class=\"tiles\">\n{string.Concat(Metrics.Where(metric => !metric.IsOptional || result.Metrics.GetValueOrDefault(metric.Id) is not null).Select(metric => Tile(metric, result.Metrics.GetValueOrDefault(metric.Id), result)))}</dl>\n";

    private static string Tile(Metric metric, double? value, RunResult result)
    {
        string number = value is { } known ? Number(metric, known) : Html.None;
        string note = value is { } measured ? metric.MeaningOf(measured) : WhyNone(metric.Id, result);
        string mark = metric.Id == "accuracy" ? " class=\"first\"" : "";
        return $"<div{mark}><dt>{metric.Name}</dt><dd class=\"number\">{number}</dd><dd class=\"meaning\">{Html.Sentence(note)}</dd></div>\n";
    }

    private static string Number(Metric metric, double value)
    {
        if (!metric.IsPoints) return $"{Words.Percent(value)} <small>%</small>";
        return $"{(metric.IsSigned ? Words.Points(value) : Wording.Points(value))} <small>points</small>";
    }

    private static string WhyNone(string metric, RunResult result) => metric switch
    {
        "intransigence" => "needs a joint reference run: compare with one",
        _ when result.Tasks.Length == 1 => "needs at least two tasks",
        "forwardTransfer" => $"outputs of future tasks are untrained in the {result.Scenario} scenario",
        _ => "not measured in this run",
    };

    private sealed record Metric(string Id, string Name, bool IsPoints, string Meaning)
    {
        public bool IsOptional { get; init; }

        /// <summary>Said of a value below 0, with its size; null for the usual meaning.</summary>
        public string? Below { get; init; }

        /// <summary>Said of a value above 0, with its size; null for the usual meaning.</summary>
        public string? Above { get; init; }

        public bool IsSigned => Id.EndsWith("Transfer", StringComparison.Ordinal);

        public string MeaningOf(double value) => Words.IsZero(value) || (value < 0 ? Below : Above) is not { } said ? Meaning : said.Replace("{0}", Wording.Size(value));
    }
}
