using Engram.Experiments;
using Engram.Methods.Rehearsal;
using Engram.Reports;

namespace Engram.Tests.Experiments;

public sealed class OmegaResultsTests
{
    private static readonly double[][] Rows = [[.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]];
    private static readonly double[][] Joint = [[.10, .12, .08], [.96, .30, .15], [.95, .94, .40], [.96, .94, .94]];

    [Fact]
    public void Omegas_appear_beside_a_joint_reference_and_not_without()
    {
        RunResult run = RunResults.Of("fade", 1, Rows, "class") with { TestSamples = [100, 50, 50] }, joint = RunResults.Of("all", 1, Joint, "class") with { TestSamples = [100, 50, 50] };

        Dictionary<string, double?> metrics = TrialResults.WithReference(run, joint).Metrics;

        // Offline: (96 + 47 + 47) / 200 = .95; the rest is worked in OmegaMetricsTests.
        Assert.Equal(.684211, metrics["omegaBase"]!.Value, 6);
        Assert.Equal(.93, metrics["omegaNew"]!.Value, 12);
        Assert.Equal(.793860, metrics["omegaAll"]!.Value, 6);
        Assert.Null(TrialResults.WithReference(run, null).Metrics.GetValueOrDefault("omegaAll"));
        Assert.Null(TrialResults.WithReference(run with { TestSamples = [] }, joint).Metrics.GetValueOrDefault("omegaAll")); // a result of an older version
        string page = ComparisonReport.Page(Comparison.Of([TrialResults.WithReference(run, joint), joint], null, "all"));
        Assert.Contains("Ω all", page);
        Assert.Contains("79.4", page);
        Assert.DoesNotContain("Ω all", ComparisonReport.Page(Comparison.Of([run])));
    }

    [Fact]
    public void A_run_measures_all_samples_together_and_what_it_keeps()
    {
        RunResult plain = Toy.Run(Toy.Config()), joint = Toy.Run(Toy.Config("joint"));

        Assert.Equal([2 * Toy.TestPerClass, 2 * Toy.TestPerClass], plain.TestSamples);
        Assert.Equal(plain.Metrics["accuracy"]!.Value, plain.Metrics["overallAccuracy"]!.Value, 12);
        Assert.Equal((1.0, 1.0), (plain.Metrics["modelSizeEfficiency"]!.Value, plain.Metrics["sampleStorageEfficiency"]!.Value));
        Assert.Equal(.25, joint.Metrics["sampleStorageEfficiency"]!.Value, 12); // half of all data after the first task, all after the second
        Assert.Equal(2 * 2 * Toy.TrainPerClass * SampleMemory.BytesPerSample([1, Toy.Side, Toy.Side]), joint.StoredBytes[^1]);
        Assert.Null(plain.Metrics["omegaAll"]);
    }

    [Fact]
    public void Intransigence_compares_each_task_with_the_joint_run_on_the_tasks_until_then()
    {
        // The joint run forgets, too: a* = .96, .92, .95 when each task came, and .80, .85, .95 at the end.
        RunResult joint = RunResults.Of("all", 1, [[.10, .12, .08], [.96, .30, .15], [.90, .92, .40], [.80, .85, .95]], "class");

        Dictionary<string, double?> metrics = TrialResults.WithReference(RunResults.Of("fade", 1, Rows, "class"), joint).Metrics;

        Assert.Equal((.06 + .00 + .01) / 3, metrics["intransigence"]!.Value, 1e-12); // against .90, .92, .94
        Assert.Null(TrialResults.WithReference(RunResults.Of("fade", 1, Rows, "class"), null).Metrics["intransigence"]);
    }

    // Importances, old networks and generators are bytes, not samples.
    [Theory]
    [InlineData("ewc", "", 0, 0)]
    [InlineData("mas", "", 0, 0)]
    [InlineData("lwf", "", 0, 0)]
    [InlineData("dgr", "", 0, 0)]
    [InlineData("progressive", "", 0, 0)]
    [InlineData("gem", "memory.samples=20", 20, 20)]
    [InlineData("agem", "memory.perClass=5", 10, 20)]
    [InlineData("derpp", "memory.samples=20", 20, 20)]
    [InlineData("mas", "update=renew", 48, 96)] // keeps the inputs of all tasks
    [InlineData("ewc+replay", "replay.memory.samples=20", 20, 20)]
    public void Sample_storage_counts_samples_and_nothing_else(string method, string setting, int first, int second)
    {
        RunResult run = Toy.Run(Toy.Config(method, Engram.Streams.Scenario.Task, setting.Split('=') is [var name, var value] ? [($"method.{name}", value)] : []));

        Assert.Equal([first, second], run.StoredSamples);
        Assert.Equal(1 - (first + second) / 2.0 / 96, run.Metrics["sampleStorageEfficiency"]!.Value, 12);
        Assert.True(run.StoredBytes[^1] >= second * Toy.Side * Toy.Side * sizeof(float)); // float32, as memories keep them
    }
}
