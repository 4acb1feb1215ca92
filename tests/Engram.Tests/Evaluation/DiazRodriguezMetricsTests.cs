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

    [Fact]
    public void What_shrinks_is_no_better_than_what_stays_and_more_samples_than_there_are_no_worse_than_all()
    {
        Assert.Equal(1, DiazRodriguezMetrics.ModelSizeEfficiency([2, 1]));
        Assert.Equal(0, DiazRodriguezMetrics.SampleStorageEfficiency([10, 30], 15));
    }

    [Fact]
    public void A_task_that_later_ones_improve_counts_as_positive_transfer_alone()
    {
        AccuracyMatrix better = MetricsTests.Matrix([.1, .1], [.6, .2], [.8, .9]);

        Assert.Equal(.2, DiazRodriguezMetrics.PositiveBackwardTransfer(better)!.Value, 12);
        Assert.Equal(1, DiazRodriguezMetrics.Remembering(better));
    }
}
