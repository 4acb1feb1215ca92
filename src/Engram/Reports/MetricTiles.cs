using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The metrics of a run as tiles: name, number, and what it means or why there is none.</summary>
internal static class MetricTiles
{
    /// <summary>All metrics that pages show, in this order.</summary>
    private static readonly Metric[] Metrics =
    [
        new("accuracy", "Accuracy", IsPoints: false, "mean over all tasks at the end"),
        new("forgetting", "Forgetting", IsPoints: true, "mean drop from each task's best; less is better"),
        new("worstForgetting", "Worst forgetting", IsPoints: true, "drop of the task that lost most"),
        new("learningAccuracy", "Learning accuracy", IsPoints: false, "mean on each task right after learning it"),
        new("anytimeAccuracy", "Anytime accuracy", IsPoints: false, "mean over the tasks so far, at every stage"),
        new("learningCurveArea", "Learning-curve area", IsPoints: false, "mean accuracy on a new task over its first steps") { IsOptional = true },
        new("backwardTransfer", "Backward transfer", IsPoints: true, "what later tasks did to earlier ones"),
        new("forwardTransfer", "Forward transfer", IsPoints: true, "what earlier tasks did for later ones before these were learned"),
        new("intransigence", "Intransigence", IsPoints: true, "how much worse new tasks are learned than by joint training"),
    ];

    public static string Of(RunResult result) =>
        $"<dl class=\"tiles\">\n{string.Concat(Metrics.Where(metric => !metric.IsOptional || result.Metrics.GetValueOrDefault(metric.Id) is not null).Select(metric => Tile(metric, result.Metrics.GetValueOrDefault(metric.Id), result)))}</dl>\n";

    private static string Tile(Metric metric, double? value, RunResult result)
    {
        string number = value is { } known ? Number(metric, known) : "<span class=\"none\">n/a</span>";
        string note = value is null ? WhyNone(metric.Id, result) : (metric.Id == "forgetting" ? Words.Improved(value) : null) ?? metric.Meaning;
        string mark = metric.Id == "accuracy" ? " class=\"first\"" : "";
        return $"<div{mark}><dt>{metric.Name}</dt><dd class=\"number\">{number}</dd><dd class=\"meaning\">{Html.Text(note)}</dd></div>\n";
    }

    private static string Number(Metric metric, double value)
    {
        if (!metric.IsPoints) return $"{Words.Percent(value)} <small>%</small>";
        return $"{(metric.IsSigned ? Words.Points(value) : $"{100 * value:0.0;−0.0;0.0}")} <small>points</small>";
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

        public bool IsSigned => Id.EndsWith("Transfer", StringComparison.Ordinal);
    }
}
