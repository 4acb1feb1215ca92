using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class MemoryAwareSynapsesTests
{
    private static readonly float[][] Points = [[1, 1], [1, -3]];

    [Theory]
    [InlineData(SensitivityEstimator.Exact, 4, 6, 4)]
    [InlineData(SensitivityEstimator.Batched, 2, 6, 2)]
    [InlineData(SensitivityEstimator.Local, 2, 3, 2)]
    public void The_importance_of_a_linear_function_is_the_one_worked_by_hand(SensitivityEstimator estimator, float first, float second, float bias)
    {
        // f = W x, W = (2, 1), x = (1, 1) and (1, -3): f = 3 and -1, 2 f x = (6, 6) and (-2, 6).
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Estimator = estimator });
        lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
        lesson.Trainer.End(lesson.Begin(1));

        Assert.Equal([first, second, bias], lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray());
    }

    [Fact]
    public void Importance_adds_up_over_tasks_or_mixes_or_is_measured_anew_on_all_inputs()
    {
        // (4, 6) and then, with W = (1, 0): f = 1 and 1, 2 f x = (2, 2) and (2, -6), importance (2, 4).
        Assert.Equal([6, 10], After2(ImportanceUpdate.Accumulate));
        Assert.Equal([3, 5], After2(ImportanceUpdate.Mix));
        Assert.Equal([2, 4], After2(ImportanceUpdate.Renew));

        static float[] After2(ImportanceUpdate update)
        {
            using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Update = update });
            lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
            lesson.Trainer.End(lesson.Begin(1));
            lesson.Parameters.copy_(tensor(new float[] { 1, 0, 0 }));
            lesson.Trainer.End(lesson.Begin(2));
            return lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray()[..2];
        }
    }

    [Fact]
    public void From_the_third_task_on_old_importance_goes_on_adding_up_and_keeps_its_share_of_a_mix()
    {
        // (4, 6), then (2, 4), then with W = (0, 1): f = 1 and -3, 2 f x = (2, 2) and (-6, 18), importance (4, 10).
        Assert.Equal([10, 20], After3(ImportanceUpdate.Accumulate));
        Assert.Equal([3.625f, 8.625f], After3(ImportanceUpdate.Mix)); // a quarter of (2.5, 4.5), which is a quarter of the first and three of the second

        static float[] After3(ImportanceUpdate update)
        {
            using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Update = update, Alpha = 0.25 }, tasks: 3);
            foreach (var (number, weights) in new[] { new float[] { 2, 1, 0 }, [1, 0, 0], [0, 1, 0] }.Index())
            {
                lesson.Parameters.copy_(tensor(weights));
                lesson.Trainer.End(lesson.Begin(number + 1));
            }
            return lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray()[..2];
        }
    }

    [Fact]
    public void What_is_added_is_measured_with_the_inputs_of_the_task_that_ended_alone()
    {
        // W stays (2, 1): 2 f x = (6, 6) for the input of the first task and (-2, 6) for that of the second.
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5 }, task => new Unlabelled([Points[task.Index]]));
        lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
        for (int number = 1; number <= 2; number++) lesson.Trainer.End(lesson.Begin(number));

        Assert.Equal([8, 12], lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray()[..2]);
    }

    [Fact]
    public void Measured_anew_it_takes_as_many_inputs_of_every_task()
    {
        // f = 1, 2, 1, 2 and 2 f x = (2, 0), (8, 0), (0, 2), (0, 8): no two of the four have the mean of all, (2.5, 2.5).
        float[][][] inputs = [[[1, 0], [2, 0]], [[0, 1], [0, 2]]];
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Update = ImportanceUpdate.Renew, Samples = 2 }, task => new Unlabelled(inputs[task.Index]));
        lesson.Parameters.copy_(tensor(new float[] { 1, 1, 0 }));
        for (int number = 1; number <= 2; number++) lesson.Trainer.End(lesson.Begin(number));

        Assert.Equal([2.5f, 2.5f], lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray()[..2]);
        Assert.Equal((2 * 3 + 4 * 2) * sizeof(float), lesson.Method.StoredBytes); // importance, centre, and the inputs of both tasks
    }

    [Theory]
    [InlineData(SensitivityEstimator.Exact, 6)]
    [InlineData(SensitivityEstimator.Batched, 6)]
    [InlineData(SensitivityEstimator.Local, 3)]
    public void It_is_the_mean_over_the_inputs_that_are_drawn(SensitivityEstimator estimator, float expected)
    {
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Estimator = estimator, Samples = 5 }, _ => new Unlabelled([.. Enumerable.Repeat(new float[] { 1, 1 }, 12)]));
        lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 })); // f = 3
        lesson.Trainer.End(lesson.Begin(1));

        Assert.All(lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray(), pull => Assert.Equal(expected, pull, 1e-5));
    }

    [Fact]
    public void A_part_of_the_inputs_is_drawn()
    {
        float[] Of(int samples)
        {
            using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Samples = samples }, _ => new Unlabelled([.. Enumerable.Range(0, 30).Select(i => new float[] { i, 1 })]));
            lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
            lesson.Trainer.End(lesson.Begin(1));
            return lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray();
        }

        Assert.Equal(Of(10), Of(10));
        Assert.NotEqual(Of(10), Of(0));
        Assert.Equal(Of(30), Of(0));
    }

    [Fact]
    public void The_batched_one_takes_the_mean_of_a_training_batch_and_no_more()
    {
        // Ten times 2 f x = (6, 6), then ten times (-2, 6); a training batch has ten: (60 + 20, 60 + 60) / 20.
        float[][] inputs = [.. Enumerable.Repeat(Points[0], 10), .. Enumerable.Repeat(Points[1], 10)];
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5, Estimator = SensitivityEstimator.Batched }, _ => new Unlabelled(inputs));
        lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
        lesson.Trainer.End(lesson.Begin(1));

        Assert.Equal([4, 6], lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray()[..2]);
    }

    [Fact]
    public void Any_unlabelled_inputs_tell_the_importance()
    {
        Samples unlabelled = new Unlabelled([[1, 1]]);
        using ToyLesson lesson = Lesson(new() { Lambda = 0.5 }, _ => unlabelled);
        lesson.Parameters.copy_(tensor(new float[] { 2, 1, 0 }));
        lesson.Trainer.End(lesson.Begin(1));

        Assert.Equal([6, 6, 6], lesson.Pull(ones_like(lesson.Parameters)).data<float>().ToArray());
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void It_is_the_sum_over_single_samples_of_the_outputs_that_compete(Scenario scenario)
    {
        using ToyLesson lesson = new(new MemoryAwareSynapses(new() { Lambda = 0.5, Samples = 0 }), scenario, tasks: 3);
        lesson.Learn(1);
        LearningTask task = lesson.Stream.Tasks[0];
        using BatchReader reader = new(task.Train.InputShape, 1, CPU);
        Tensor expected = zeros_like(lesson.Parameters), gradient = zeros_like(lesson.Parameters);
        for (int i = 0; i < task.Train.Count; i++)
        {
            Tensor outputs = lesson.Model.Network.Forward(reader.Read(task.Train, [i]).Inputs).clone();
            if (scenario != Scenario.Domain) outputs[TensorIndex.Ellipsis, TensorIndex.Slice(2)] = 0;
            lesson.Model.Network.Backward(outputs * 2, gradient);
            expected.add_(gradient.abs() / task.Train.Count);
        }

        Tensor pull = lesson.Pull(ones_like(lesson.Parameters));

        Batches.AssertClose(expected, pull, 1e-5);
        Assert.True(pull.gt(0).sum().item<long>() > pull.numel() / 3); // importance is positive after task 1
    }

    [Theory]
    [InlineData(Scenario.Task, 2)]
    [InlineData(Scenario.Domain, 2)]
    [InlineData(Scenario.Class, 4)] // of the classes seen by the second task
    public void Averaged_it_is_divided_by_the_outputs_that_compete(Scenario scenario, int outputs)
    {
        using ToyLesson lesson = new(new MemoryAwareSynapses(new()), scenario, tasks: 3);
        lesson.Learn(1);
        lesson.Learn(2);

        foreach (SensitivityEstimator estimator in new[] { SensitivityEstimator.Exact, SensitivityEstimator.Batched })
        {
            using Tensor sum = OutputSensitivity.Estimate(lesson.Model, lesson.Stream.Tasks[1].Train, estimator, 0), mean = OutputSensitivity.Estimate(lesson.Model, lesson.Stream.Tasks[1].Train, estimator, 0, averageOutputs: true);
            Batches.AssertClose(sum / outputs, mean, 1e-5);
        }
        Toy.Config("mas", scenario, ("method.averageOutputs", "true"), ("method.estimator", "batched"));
        Toy.Config("mas", scenario, ("method.averageOutputs", "false"), ("method.estimator", "local"));
        Assert.Contains("averageOutputs has no meaning", Assert.Throws<EngramException>(() => Toy.Config("mas", scenario, ("method.averageOutputs", "true"), ("method.estimator", "local"))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Units_active_together_are_added_up_layer_by_layer(bool byHand)
    {
        Mlp definition = new(new() { Hidden = [5, 4] });
        using Network perceptron = definition.Create([3], 2, new(1), CPU);
        using Network network = byHand ? perceptron : definition.CreateModule([3], 2, CPU);
        network.Parameters.copy_(perceptron.Parameters);
        Tensor x = Batches.Random(new(2), 7, 3), sum = zeros_like(network.Parameters);
        Tensor Layer(Tensor input, int slice) => input.matmul(Slice(slice).t()) + Slice(slice + 1);
        Tensor Slice(int slice) => network.Parameters.narrow(0, network.Layout.Slices[slice].Offset, network.Layout.Slices[slice].Length).view(network.Layout.Slices[slice].Shape);
        Tensor h1 = Layer(x, 0).relu(), h2 = Layer(h1, 2).relu(), z = Layer(h2, 4);
        Tensor[] expected = [.. new[] { (h1, x), (h2, h1), (z, h2) }.SelectMany(pair => new[] { pair.Item1.abs().t().matmul(pair.Item2.abs()).flatten(), pair.Item1.abs().sum(dim: 0) })];

        network.AccumulateCoactivity(network.Forward(x).clone(), sum);

        Batches.AssertClose(cat(expected), sum, 1e-5);
    }

    private static ToyLesson Lesson(MemoryAwareSynapses.Options options, Func<LearningTask, Samples>? inputs = null, int tasks = 2)
    {
        LearningTask[] all = [.. Enumerable.Range(0, tasks).Select(index => new LearningTask(index, $"{index}", new Unlabelled(Points), null, new Unlabelled(Points), [0]))];
        return new(new MemoryAwareSynapses(options, inputs), Scenario.Domain, stream: new("line", Scenario.Domain, all), linear: true);
    }

    private sealed class Unlabelled(float[][] points) : Samples
    {
        public override int Count => points.Length;

        public override IReadOnlyList<long> InputShape { get; } = [2];

        public override IReadOnlyList<int> Lessons { get; } = [0];

        public override void Read(int sample, Span<float> input) => points[sample].CopyTo(input);

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;
    }
}
