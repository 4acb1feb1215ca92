using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class DiazRodriguezMetricsTests
{
    private static readonly AccuracyMatrix WorkedExample = MetricsTests.Matrix([.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]);

    [Fact]
    public void Worked_example_of_the_triangles()
    {
        Assert.Equal(.81, DiazRodriguezMetrics.Accuracy(WorkedExample), 12);
        Assert.Equal(-.206667, DiazRodriguezMetrics.BackwardTransfer(WorkedExample)!.Value, 6);
        Assert.Equal(.793333, DiazRodriguezMetrics.Remembering(WorkedExample)!.Value, 6);
        Assert.Equal(0, DiazRodriguezMetrics.PositiveBackwardTransfer(WorkedExample));
        Assert.Equal(.283333, DiazRodriguezMetrics.ForwardTransfer(WorkedExample)!.Value, 6);
    }

    [Fact]
    public void Worked_example_of_the_cost()
    {
        Assert.Equal(.722222, DiazRodriguezMetrics.ModelSizeEfficiency([1, 1.5, 2]), 6);
        Assert.Equal(.666667, DiazRodriguezMetrics.SampleStorageEfficiency([0, 200, 400], 600), 6);
    }

    [Fact]
    public void One_task_has_no_transfer()
    {
        AccuracyMatrix single = MetricsTests.Matrix([.1], [.9]);

        Assert.Equal(.9, DiazRodriguezMetrics.Accuracy(single));
        Assert.Null(DiazRodriguezMetrics.BackwardTransfer(single));
        Assert.Null(DiazRodriguezMetrics.Remembering(single));
        Assert.Null(DiazRodriguezMetrics.PositiveBackwardTransfer(single));
        Assert.Null(DiazRodriguezMetrics.ForwardTransfer(single));
    }
}
