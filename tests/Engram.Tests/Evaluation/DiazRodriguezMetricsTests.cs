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
        Assert.Equal(.75, DiazRodriguezMetrics.ComputationalEfficiency([10, 10], [20, 10], epsilon: 1), 12);
        Assert.Equal(1, DiazRodriguezMetrics.ComputationalEfficiency([10, 10], [20, 10], epsilon: 5));
    }

    [Fact]
    public void Score_weighs_criteria_and_stability_their_deviations()
    {
        Assert.Equal(.7, DiazRodriguezMetrics.Score([.8, .6], [.5, .5]), 12);
        Assert.Equal(.9, DiazRodriguezMetrics.Stability([.2, .0], [.5, .5]), 12);
    }

    [Fact]
    public void Weights_that_do_not_sum_to_one_are_refused() =>
        Assert.Contains("sum to 1.5", Assert.Throws<ArgumentException>(() => DiazRodriguezMetrics.Score([.8, .6], [.5, 1])).Message);

    [Fact]
    public void Unequal_numbers_of_values_are_refused() =>
        Assert.Contains("3 values on one side and 1", Assert.Throws<ArgumentException>(() => DiazRodriguezMetrics.Score([.8, .6, .1], [1])).Message);

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
