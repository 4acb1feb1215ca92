using Engram.Datasets;
using Engram.Experiments;
using Engram.Methods.Regularization;
using Engram.Streams;
using Engram.Tests.Networks;
using Engram.Tests.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class ElasticWeightConsolidationTests
{
    [Theory]
    [InlineData(FisherEstimator.Exact)]
    [InlineData(FisherEstimator.Sample)]
    public void The_pull_is_the_sum_over_all_old_tasks_of_equation_3(FisherEstimator estimator)
    {
        using ToyLesson lesson = new(new ElasticWeightConsolidation(new() { Lambda = 50, Estimator = estimator, Samples = 20 }), Scenario.Class, tasks: 3);
        Tensor move = 0.1 * Batches.Random(new(7), lesson.Parameters.numel());
        List<(Tensor Fisher, Tensor Anchor)> terms = [];
        for (int number = 1; number <= 2; number++)
        {
            lesson.Learn(number);
            terms.Add((FisherInformation.Estimate(lesson.Model, lesson.Stream.Tasks[number - 1], estimator, 20), lesson.Parameters.clone()));
        }

        Tensor pull = lesson.Pull(move);

        Tensor theta = lesson.Parameters + move, expected = zeros_like(theta);
        foreach (var (fisher, anchor) in terms) expected.add_(fisher * (theta - anchor), 50);
        Batches.AssertClose(expected, pull, 1e-4);
    }

    [Fact]
    public void Nothing_is_held_to_the_first_numbers_of_the_network()
    {
        using ToyLesson lesson = new(new ElasticWeightConsolidation(new()), Scenario.Task);
        lesson.Begin(1);

        Assert.Equal(0, lesson.Pull(ones_like(lesson.Parameters)).abs().max().item<float>());
        Assert.Equal(0, lesson.Method.StoredBytes);
    }

    [Fact]
    public void Any_number_of_tasks_is_kept_in_two_vectors()
    {
        using ToyLesson lesson = new(new ElasticWeightConsolidation(new()), Scenario.Task, tasks: 3);
        for (int number = 1; number <= 3; number++) lesson.Learn(number);

        Assert.Equal(2 * lesson.Parameters.numel() * sizeof(float), lesson.Method.StoredBytes);
    }

    [Fact]
    public void The_outputs_of_other_tasks_are_free()
    {
        using ToyLesson lesson = new(new ElasticWeightConsolidation(new() { Lambda = 1 }), Scenario.Task, tasks: 3);
        lesson.Learn(1);

        float[] biases = lesson.Pull(ones_like(lesson.Parameters))[^6..].data<float>().ToArray(); // of the 6 outputs

        Assert.All(biases[..2], pull => Assert.True(pull > 0));
        Assert.Equal([0, 0, 0, 0], biases[2..]);
    }

    [Fact]
    public void With_boundless_strength_the_first_task_is_kept_and_the_second_is_not_learned()
    {
        double[][] free = OppositeAnswers(0), frozen = OppositeAnswers(1e12);

        Assert.InRange(free[1][0], 0.9, 1);
        Assert.InRange(free[2][0], 0, 0.1);
        Assert.InRange(free[2][1], 0.9, 1);
        Assert.Equal(frozen[1][0], frozen[2][0], 0.05);
        Assert.Equal(frozen[1][1], frozen[2][1], 0.05);
    }

    // Two tasks that show the same images and want the opposite answers.
    private static double[][] OppositeAnswers(double lambda)
    {
        RunConfig config = Toy.Config("ewc", Scenario.Domain, ("training.iterations", "60"), ("training.learningRate", "0.003"));
        TaskStream stream = StandIn.Create(new Opposites(new ToyStream.Options { Scenario = Scenario.Domain }), Toy.Images);
        using Experiment experiment = new(config, stream, Toy.Network(9), new ElasticWeightConsolidation(new() { Lambda = lambda }));
        return experiment.Run(cancellation: TestContext.Current.CancellationToken).Matrix.ToRows();
    }

    private sealed class Opposites(ImageStreamOptions options) : ImageStream(options)
    {
        protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed) => [new("first", [0, 1]), new("opposite", [1, 0])];
    }
}
