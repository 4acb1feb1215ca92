using CsCheck;
using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class MetricsTests
{
    private const double Tolerance = 1e-12;
    private static readonly double[] Reference = [.91, .95, .96];
    private static readonly double[] LearningCurve =
        [.09812353, .1610647, .17345884, .20008238, .19457644, .23791176, .26005882, .27361766, .30264702, .32512945, .32201171];

    private static readonly Gen<AccuracyMatrix> AnyMatrix =
        from tasks in Gen.Int[1, 7]
        from rows in Gen.Double[0, 1].Array[tasks].Array[tasks + 1]
        select Matrix(rows);

    private static AccuracyMatrix WorkedExample => Matrix([.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]);

    [Fact]
    public void Worked_example_of_accuracy_and_transfer()
    {
        Assert.Equal(.78, Metrics.Accuracy(WorkedExample), Tolerance);
        Assert.Equal(-.21, Metrics.BackwardTransfer(WorkedExample)!.Value, Tolerance);
        Assert.Equal(-.14, Metrics.BackwardTransfer(WorkedExample, TransferDenominator.Tasks)!.Value, Tolerance);
        Assert.Equal(.25, Metrics.ForwardTransfer(WorkedExample)!.Value, Tolerance);
        Assert.Equal(.5 / 3, Metrics.ForwardTransfer(WorkedExample, TransferDenominator.Tasks)!.Value, Tolerance);
        Assert.Equal(.92, Metrics.LearningAccuracy(WorkedExample), Tolerance);
        AssertEqual([.90, .81, .78], Metrics.AccuracyCurve(WorkedExample));
        Assert.Equal(.83, Metrics.AnytimeAccuracy(WorkedExample), Tolerance);
    }

    [Fact]
    public void Worked_example_of_forgetting_and_intransigence()
    {
        Assert.Null(Metrics.Forgetting(WorkedExample, 1));
        Assert.Equal(.20, Metrics.Forgetting(WorkedExample, 2)!.Value, Tolerance);
        Assert.Equal(.21, Metrics.Forgetting(WorkedExample)!.Value, Tolerance);
        AssertEqual([.30, .12], Metrics.ForgettingPerTask(WorkedExample, 3));
        Assert.Equal(.30, Metrics.WorstForgetting(WorkedExample)!.Value, Tolerance);
        AssertEqual([.01, .03, .02], Metrics.IntransigencePerTask(WorkedExample, Reference));
        Assert.Equal(.02, Metrics.Intransigence(WorkedExample, Reference), Tolerance);
    }

    [Fact]
    public void Learning_curve_area_of_the_published_data() => Assert.Equal(.233861469, Metrics.LearningCurveArea(LearningCurve), 1e-9);

    // What the library can compute is in the results, or it would be a number that nobody sees.
    [Fact]
    public void No_metric_is_dead()
    {
        string source = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        foreach (Type metrics in new[] { typeof(Metrics), typeof(DiazRodriguezMetrics), typeof(OmegaMetrics) })
            foreach (var overloads in metrics.GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.DeclaredOnly).GroupBy(method => method.Name))
            {
                int inside = System.Text.RegularExpressions.Regex.Count(File.ReadAllText(Path.Combine(Repository.Root, "src", "Engram", "Evaluation", metrics.Name + ".cs")), $@"(?<![.\w]){overloads.Key}\(") - overloads.Count();
                int outside = System.Text.RegularExpressions.Regex.Count(source, $@"\b{metrics.Name}\.{overloads.Key}\(");
                Assert.True(inside + outside > 0, $"{metrics.Name}.{overloads.Key} is called nowhere.");
            }
    }

    [Fact]
    public void Triangles_are_among_the_metrics_of_a_run()
    {
        Dictionary<string, double?> all = MetricCatalog.ValuesOf(new(WorkedExample) { SharesOutputs = true }), other = MetricCatalog.ValuesOf(new(WorkedExample));

        Assert.Equal(.25, all["forwardTransfer"]!.Value, Tolerance);
        Assert.Equal((.81, .793333, 0, .283333), (Math.Round(all["triangleAccuracy"]!.Value, 6), Math.Round(all["remembering"]!.Value, 6), all["positiveBackwardTransfer"]!.Value, Math.Round(all["triangleForwardTransfer"]!.Value, 6)));
        Assert.Null(other["triangleForwardTransfer"]);
        Assert.Equal((.92, .21, .30, .83), (Math.Round(all["learningAccuracy"]!.Value, 6), Math.Round(all["forgetting"]!.Value, 6), Math.Round(all["worstForgetting"]!.Value, 6), Math.Round(all["anytimeAccuracy"]!.Value, 6)));
    }

    [Fact]
    public void Forgetting_compares_with_the_best_accuracy_while_backward_transfer_compares_with_the_diagonal()
    {
        AccuracyMatrix matrix = Matrix([0, 0, 0], [.5, 0, 0], [.8, .6, 0], [.7, .6, .9]);

        Assert.Equal(.05, Metrics.Forgetting(matrix)!.Value, Tolerance);
        Assert.Equal(.10, Metrics.BackwardTransfer(matrix)!.Value, Tolerance);
        Assert.Equal(-.3, Metrics.Forgetting(matrix, 2)!.Value, Tolerance);
    }

    [Fact]
    public void One_task_has_no_metric_that_compares_tasks()
    {
        Dictionary<string, double?> all = MetricCatalog.ValuesOf(new(Matrix([.1], [.9])) { SharesOutputs = true, Reference = Matrix([.1], [.95]) });

        Assert.Equal(.9, all["accuracy"]);
        Assert.Equal(.9, all["anytimeAccuracy"]);
        Assert.Equal(.05, all["intransigence"]!.Value, Tolerance);
        Assert.Null(all["backwardTransfer"]);
        Assert.Null(all["forwardTransfer"]);
        Assert.Null(all["forgetting"]);
        Assert.Null(all["worstForgetting"]);
    }

    [Fact]
    public void Metrics_without_meaning_are_null()
    {
        Dictionary<string, double?> all = MetricCatalog.ValuesOf(new(WorkedExample));

        Assert.Null(all["forwardTransfer"]);
        Assert.Null(all["intransigence"]);
        Assert.Equal(-.21, all["backwardTransfer"]!.Value, Tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Forgetting_before_the_first_and_after_the_last_task_is_refused(int afterTask) =>
        Assert.Contains("Forgetting exists after task 1 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.ForgettingPerTask(WorkedExample, afterTask)).Message);

    [Fact]
    public void A_learning_curve_has_two_values_at_least()
    {
        Assert.Equal(.4, Metrics.LearningCurveArea([.2, .6]), Tolerance);
        Assert.Contains("1 values; expected at least 2", Assert.Throws<ArgumentException>(() => Metrics.LearningCurveArea([.2])).Message);
    }

    [Fact]
    public void An_incomplete_matrix_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Metrics.Accuracy(Matrix([.1, .1], [.9, .2])));

        Assert.Contains("2 of 3 rows", error.Message);
    }

    [Fact]
    public void Reference_of_another_length_is_refused() =>
        Assert.Contains("2 accuracies; expected 3", Assert.Throws<ArgumentException>(() => Metrics.Intransigence(WorkedExample, [.1, .2])).Message);

    [Fact]
    public void Constant_matrix_neither_forgets_nor_transfers() => Gen.Select(Gen.Int[2, 8], Gen.Double[0, 1]).Sample((tasks, value) =>
    {
        AccuracyMatrix matrix = Matrix([.. Enumerable.Range(0, tasks + 1).Select(_ => Enumerable.Repeat(value, tasks).ToArray())]);

        Assert.Equal(0, Metrics.BackwardTransfer(matrix)!.Value, Tolerance);
        Assert.Equal(0, Metrics.ForwardTransfer(matrix)!.Value, Tolerance);
        Assert.Equal(0, Metrics.Forgetting(matrix)!.Value, Tolerance);
        Assert.Equal(value, Metrics.Accuracy(matrix), Tolerance);
        Assert.Equal(value, Metrics.AnytimeAccuracy(matrix), Tolerance);
    }, iter: 100);

    [Fact]
    public void Means_lie_between_the_smallest_and_the_largest_accuracy() => AnyMatrix.Sample(matrix =>
    {
        double[] learned = [.. matrix.ToRows().Skip(1).SelectMany(row => row)];

        foreach (double mean in new[] { Metrics.Accuracy(matrix), Metrics.LearningAccuracy(matrix), Metrics.AnytimeAccuracy(matrix) })
            Assert.InRange(mean, learned.Min() - 1e-12, learned.Max() + 1e-12);
    }, iter: 200);

    [Fact]
    public void Forgetting_is_never_less_than_what_backward_transfer_shows() => AnyMatrix.Where(m => m.TaskCount > 1).Sample(matrix =>
    {
        double forgetting = Metrics.Forgetting(matrix)!.Value;

        // The best accuracy before the end is at least R[j, j].
        Assert.True(forgetting >= -Metrics.BackwardTransfer(matrix)!.Value - 1e-12);
        Assert.True(Metrics.WorstForgetting(matrix) >= forgetting - 1e-12);
    }, iter: 200);

    [Fact]
    public void Accuracy_is_learning_accuracy_plus_backward_transfer_over_T() => AnyMatrix.Where(m => m.TaskCount > 1).Sample(matrix =>
        Assert.Equal(Metrics.Accuracy(matrix), Metrics.LearningAccuracy(matrix) + Metrics.BackwardTransfer(matrix, TransferDenominator.Tasks)!.Value, Tolerance), iter: 200);

    [Fact]
    public void Rows_that_a_metric_does_not_name_do_not_change_it() => AnyMatrix.Where(m => m.TaskCount > 1).Sample(matrix =>
    {
        double[][] rows = matrix.ToRows();
        (rows[0], rows[^1]) = (rows[0].Select(v => 1 - v).ToArray(), rows[^1].Reverse().ToArray());
        AccuracyMatrix other = Matrix(rows);

        Assert.Equal(Metrics.Accuracy(matrix), Metrics.Accuracy(other), Tolerance);
        Assert.Equal(Metrics.Forgetting(matrix, matrix.TaskCount - 1), Metrics.Forgetting(other, matrix.TaskCount - 1));
        Assert.Equal(matrix.ToRows()[1][0], other[1, 1]);
    }, iter: 100);

    [Fact]
    public void Triangle_criteria_do_not_see_the_untrained_row() => AnyMatrix.Sample(matrix =>
    {
        double[][] rows = matrix.ToRows();
        rows[0] = [.. rows[0].Select(v => 1 - v)];

        Assert.Equal(DiazRodriguezMetrics.Accuracy(matrix), DiazRodriguezMetrics.Accuracy(Matrix(rows)));
        Assert.Equal(DiazRodriguezMetrics.ForwardTransfer(matrix), DiazRodriguezMetrics.ForwardTransfer(Matrix(rows)));
    }, iter: 100);

    internal static AccuracyMatrix Matrix(params double[][] rows) => new(Enumerable.Range(1, rows[0].Length).Select(task => $"task {task}"), rows);

    private static void AssertEqual(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Tolerance);
    }
}
