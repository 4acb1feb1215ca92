using Engram.Evaluation;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;
using Engram.Tests.Experiments;

namespace Engram.Tests.Evaluation;

public sealed class MetricCatalogTests
{
    private static readonly AccuracyMatrix WorkedExample = MetricsTests.Matrix([.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]);

    private static readonly MetricInputs Everything = new(WorkedExample)
    {
        SharesOutputs = true, Kappa = [[0, 0, 0], [.8, .1, 0], [.4, .9, .2], [.3, null, .9]], TestSamples = [100, 50, 50], LearningCurve = [.2, .6], Parameters = [10, 10, 20], StoredSamples = [0, 200, 400], TrainingSamples = 600,
        Reference = MetricsTests.Matrix([.10, .12, .08], [.96, .30, .15], [.95, .94, .40], [.96, .94, .94]),
    };

    // Documents and recipes that others have written know these names: one may be added, and none may go.
    [Fact]
    public void The_list_is_this_one() => Assert.Equal(
        ["accuracy", "kappa", "forgetting", "backwardTransfer", "intransigence", "forwardTransfer", "learningAccuracy", "learningCurveArea", "worstForgetting", "anytimeAccuracy",
            "overallAccuracy", "omegaBase", "omegaNew", "omegaAll",
            "triangleAccuracy", "remembering", "positiveBackwardTransfer", "triangleForwardTransfer", "modelSizeEfficiency", "sampleStorageEfficiency"],
        MetricCatalog.All.Select(metric => metric.Id));

    [Fact]
    public void Every_metric_has_a_name_and_a_meaning_of_its_own_and_a_value_where_everything_is_measured()
    {
        Assert.Distinct(MetricCatalog.All.Select(metric => metric.Name));
        Assert.Distinct(MetricCatalog.All.Select(metric => metric.Meaning));
        Assert.All(MetricCatalog.All, metric => Assert.True(double.IsFinite(metric.ValueOf(Everything)!.Value), metric.Id));
        Assert.Equal((.026667, .684211, .4), (Value("intransigence"), Value("omegaBase"), Value("learningCurveArea")));
        Assert.Equal((.735, .833333, .666667), (Value("overallAccuracy"), Value("modelSizeEfficiency"), Value("sampleStorageEfficiency")));

        Assert.Equal(.6, Value("kappa")); // of the tasks that have one, in the end

        static double Value(string id) => Math.Round(MetricCatalog.ValuesOf(Everything)[id]!.Value, 6);
    }

    [Fact]
    public void What_a_metric_needs_and_is_not_there_leaves_it_without_a_value()
    {
        Dictionary<string, double?> none = MetricCatalog.ValuesOf(new(WorkedExample));
        string[] uncounted = ["kappa", "overallAccuracy", "modelSizeEfficiency", "sampleStorageEfficiency"];

        Assert.All(MetricCatalog.All, metric => Assert.Equal(metric.Needs == MetricNeed.Nothing && !uncounted.Contains(metric.Id), none[metric.Id] is not null));
        Assert.Equal(["intransigence"], MetricCatalog.All.Where(metric => metric.Needs == MetricNeed.Reference && metric.ValueOf(Everything with { TestSamples = [] }) is not null).Select(metric => metric.Id));
    }

    [Theory]
    [InlineData("backwardTransfer", -.3, "later tasks cost earlier ones 30.0 points")]
    [InlineData("backwardTransfer", .0004, "later tasks changed nothing for earlier ones")]
    [InlineData("backwardTransfer", .095, "later tasks gave earlier ones 9.5 points")]
    [InlineData("forgetting", .3, "mean drop from each task's best; less is better")]
    [InlineData("forgetting", -.095, "below 0 is a gain: earlier tasks end 9.5 points above the best they had been")]
    [InlineData("accuracy", 0, "mean over all tasks at the end")]
    public void A_number_is_put_into_words_without_its_sign(string id, double value, string words) =>
        Assert.Equal(words, MetricCatalog.All.Single(metric => metric.Id == id).MeaningOf(value));

    [Fact]
    public void A_gain_has_its_sign_written_and_a_loss_has_not() =>
        Assert.Equal(["backwardTransfer", "forwardTransfer"], MetricCatalog.All.Where(metric => metric.IsSigned).Select(metric => metric.Id));

    // Whoever adds a metric adds it in one file: it is in every document, table and page of its group, and recipes can ask for it.
    [Fact]
    public void Every_metric_is_shown_where_its_group_is_and_recipes_can_ask_for_it()
    {
        RunResult run = RunResults.Of("ewc", 1, WorkedExample.ToRows()) with { Metrics = MetricCatalog.ValuesOf(Everything) };
        Comparison comparison = Comparison.Of([run]);
        string runPage = RunReport.Page(run), page = ComparisonReport.Page(comparison), summary = Settings.ToJson(comparison)["summary"]![0]!.ToJsonString();

        foreach (Metric metric in MetricCatalog.All)
        {
            if (metric.Group is MetricGroup.Main or MetricGroup.Detail) Assert.Contains($"<dt>{char.ToUpperInvariant(metric.Name[0])}{metric.Name[1..]}</dt>", runPage);
            if (metric.Group != MetricGroup.Detail) Assert.Contains($">{(metric.Group == MetricGroup.Main ? metric.Name : metric.Column)}</th>", page);
            Assert.Contains($"\"{metric.Id}\":{{\"mean\":{Settings.ToJson(comparison.Summary[0].Metrics[metric.Id]!)["mean"]!.ToJsonString()},", summary);
            Assert.Null(RowMetric.Problem(metric.Id));
            Assert.Equal(run.Metrics[metric.Id], RowMetric.Of(run, metric.Id));
            Assert.Equal(metric.OverTasks is null, RowMetric.Problem($"{metric.Id}/T") is not null);
        }
        Assert.Equal(-.14, RowMetric.Of(run, "backwardTransfer/T")!.Value, 1e-12);
        Assert.Equal(.5 / 3, RowMetric.Of(run, "forwardTransfer/T")!.Value, 1e-12);
    }
}
