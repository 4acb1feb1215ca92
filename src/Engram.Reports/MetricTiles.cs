using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The metrics of a run as tiles: name, number, and what it means or why there is none.</summary>
internal static class MetricTiles
{
    public static string Of(RunResult result) => $"<dl class=\"tiles\">\n{string.Concat(MetricCatalog.In(MetricGroup.Main).Concat(MetricCatalog.In(MetricGroup.Detail)).Select((metric, place) => Tile(metric, result, isFirst: place == 0)))}</dl>\n";

    private static string Tile(Metric metric, RunResult result, bool isFirst)
    {
        double? value = result.Metrics.GetValueOrDefault(metric.Id);
        if (value is null && metric.Needs == MetricNeed.LearningCurve) return ""; // measured on request
        string number = value is { } known ? Number(metric, known) : Html.None;
        string note = value is { } measured ? metric.MeaningOf(measured) : WhyNone(metric, result);
        return $"<div{(isFirst ? " class=\"first\"" : "")}><dt>{char.ToUpperInvariant(metric.Name[0])}{metric.Name[1..]}</dt><dd class=\"number\">{number}</dd><dd class=\"meaning\">{Html.Sentence(note)}</dd></div>\n";
    }

    private static string Number(Metric metric, double value) => metric.Unit == MetricUnit.Percent
        ? $"{Words.Percent(value)} <small>%</small>"
        : $"{(metric.IsSigned ? Words.Points(value) : Wording.Points(value))} <small>points</small>";

    private static string WhyNone(Metric metric, RunResult result) => metric.Needs switch
    {
        MetricNeed.Reference => "needs a joint reference run: compare with one",
        _ when result.Tasks.Length == 1 => "needs at least two tasks",
        MetricNeed.SharedOutputs => $"outputs of future tasks are untrained in the {result.Scenario} scenario",
        _ => "not measured in this run",
    };
}
