using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class OmegaMetricsTests
{
    private static readonly AccuracyMatrix WorkedExample = MetricsTests.Matrix([.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]);
    private static readonly int[] TestSamples = [100, 50, 50];

    [Fact]
    public void Worked_example()
    {
        // After task 2: (70 + 46) / 150; after task 3: (60 + 40 + 47) / 200.
        Assert.Equal(116 / 150.0, OmegaMetrics.OverallAccuracy(WorkedExample, TestSamples, 2), 12);
        Assert.Equal(.735, OmegaMetrics.OverallAccuracy(WorkedExample, TestSamples), 12);
        Assert.Equal(.684211, OmegaMetrics.Base(WorkedExample, .95)!.Value, 6); // (.7 + .6) / 2 / .95
        Assert.Equal(.93, OmegaMetrics.New(WorkedExample)!.Value, 12); // (.92 + .94) / 2
        Assert.Equal(.793860, OmegaMetrics.All(WorkedExample, TestSamples, .95)!.Value, 6); // (.773333 + .735) / 2 / .95
    }

    [Fact]
    public void Tasks_of_equal_size_count_alike() =>
        Assert.Equal(Metrics.Accuracy(WorkedExample), OmegaMetrics.OverallAccuracy(WorkedExample, [7, 7, 7]), 12);

    [Fact]
    public void Base_knowledge_alone_has_no_session_to_average()
    {
        AccuracyMatrix single = MetricsTests.Matrix([.1], [.9]);

        Assert.Null(OmegaMetrics.Base(single, .95));
        Assert.Null(OmegaMetrics.New(single));
        Assert.Null(OmegaMetrics.All(single, [10], .95));
        Assert.Equal(.9, OmegaMetrics.OverallAccuracy(single, [10]), 12);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("2 numbers of test samples; expected 3", Assert.Throws<ArgumentException>(() => OmegaMetrics.All(WorkedExample, [1, 2], .9)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => OmegaMetrics.Base(WorkedExample, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OmegaMetrics.OverallAccuracy(WorkedExample, TestSamples, 0));
    }
}
