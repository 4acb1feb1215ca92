using Engram.Answering;
using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

public sealed class FisherInformationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public FisherInformationTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<FisherEstimator> PerSample => [FisherEstimator.Exact, FisherEstimator.Predicted, FisherEstimator.Empirical];

    public void Dispose() => scope.Dispose();

    // One linear layer, x = (1, 2), no bias in the sums below: p = (0.8, 0.2); the numbers of methods.md section 4.
    [Theory]
    [InlineData(FisherEstimator.Exact, 0, 0.16f, 0.64f, 0.16f, 0.64f)]
    [InlineData(FisherEstimator.Empirical, 0, 0.04f, 0.16f, 0.04f, 0.16f)]
    [InlineData(FisherEstimator.Empirical, 1, 0.64f, 2.56f, 0.64f, 2.56f)]
    [InlineData(FisherEstimator.Predicted, 1, 0.04f, 0.16f, 0.04f, 0.16f)]
    [InlineData(FisherEstimator.BatchedEmpirical, 1, 0.64f, 2.56f, 0.64f, 2.56f)]
    public void One_sample_through_one_layer_gives_the_numbers_worked_by_hand(FisherEstimator estimator, int target, params float[] expected)
    {
        LearningTask task = TaskOf(2, (target, [1, 2]));
        using Model model = LinearLearner(task);

        Tensor fisher = FisherInformation.Estimate(model, task, estimator, 0);

        Batches.AssertClose(tensor(expected), fisher.narrow(0, 0, 4), 1e-6);
        Assert.Equal(expected[0], fisher[4].item<float>(), 1e-6); // the bias sees an input of 1
    }

    // All samples are alike, so the mean over those that are drawn is the number of one; in batches of four the fifth is a batch of its own.
    [Theory]
    [InlineData(FisherEstimator.Exact, 0.16f, 0.64f)]
    [InlineData(FisherEstimator.Empirical, 0.04f, 0.16f)]
    [InlineData(FisherEstimator.Predicted, 0.04f, 0.16f)]
    [InlineData(FisherEstimator.BatchedEmpirical, 0.04f, 0.16f)]
    public void It_is_the_mean_over_the_samples_that_are_drawn_not_over_all_the_task_has(FisherEstimator estimator, float first, float second)
    {
        LearningTask task = TaskOf(2, [.. Enumerable.Repeat((0, new float[] { 1, 2 }), 12)]);
        using Model model = LinearLearner(task);

        Tensor fisher = FisherInformation.Estimate(model, task, estimator, sampleCount: 5);

        Batches.AssertClose(tensor([first, second, first, second]), fisher.narrow(0, 0, 4), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public void Drawn_labels_give_the_exact_information_on_average(int samples)
    {
        LearningTask task = TaskOf(2, [.. Enumerable.Repeat((0, new float[] { 1, 2 }), 20_000)]);
        using Model model = LinearLearner(task);

        Tensor fisher = FisherInformation.Estimate(model, task, FisherEstimator.Sample, samples);

        Batches.AssertClose(tensor(new[] { 0.16f, 0.64f, 0.16f, 0.64f, 0.16f, 0.16f }), fisher, 0.03); // standard error 1.1 % of all, 1.5 % of a half
    }

    [Theory]
    [MemberData(nameof(PerSample))]
    public void A_deep_network_gives_what_a_loop_over_single_samples_gives(FisherEstimator estimator)
    {
        TaskStream stream = Toy.Stream(Scenario.Class, tasks: 3);
        foreach (NetworkDefinition kind in new[] { Toy.Network(11, 7), new Cnn(new() { Channels = [2, 3] }) })
        {
            using Model model = new(stream, kind, new(4), CPU, 10) { TasksSeen = 2 };
            Spread(model.Network);

            Tensor fisher = FisherInformation.Estimate(model, stream.Tasks[1], estimator, 0);

            Batches.AssertClose(OneByOne(model, stream.Tasks[1], estimator), fisher, 1e-4);
        }
    }

    [Fact]
    public void The_batched_empirical_one_is_the_mean_of_squared_batch_gradients()
    {
        TaskStream stream = Toy.Stream();
        using Model model = new(stream, Toy.Network(11), new(4), CPU, batchSize: 32) { TasksSeen = 1 };
        Tensor expected = zeros(model.Network.Layout.Count), gradient = zeros_like(expected);
        using BatchReader reader = new(stream.InputShape, 32, CPU);
        foreach (int[] indices in Enumerable.Range(0, 48).Chunk(32))
        {
            Batch batch = reader.Read(stream.Tasks[0].Train, indices);
            model.Network.Backward(Objective.CrossEntropy(model.Network.Forward(batch.Inputs), batch.Targets, model.Mask(batch)).Gradient, gradient);
            expected.add_(gradient.square(), 0.5);
        }

        Tensor fisher = FisherInformation.Estimate(model, stream.Tasks[0], FisherEstimator.BatchedEmpirical, 0);

        Batches.AssertClose(expected, fisher, 1e-5);
    }

    [Fact]
    public void The_batched_empirical_one_over_a_whole_memory_is_the_square_of_its_mean_gradient()
    {
        TaskStream stream = Toy.Stream();
        using Model model = new(stream, Toy.Network(11), new(4), CPU, batchSize: 10) { TasksSeen = 1 };
        Tensor gradient = zeros(model.Network.Layout.Count);
        using BatchReader reader = new(stream.InputShape, 48, CPU);
        Batch all = reader.Read(stream.Tasks[0].Train, [.. Enumerable.Range(0, 48)]);
        model.Network.Backward(Objective.CrossEntropy(model.Network.Forward(all.Inputs), all.Targets, model.Mask(all)).Gradient, gradient);

        Tensor fisher = FisherInformation.Estimate(model, stream.Tasks[0], FisherEstimator.BatchedEmpirical, 0, averaged: 48);

        Batches.AssertClose(gradient.square(), fisher, 1e-5);
    }

    [Theory]
    [InlineData(FisherEstimator.Exact)]
    [InlineData(FisherEstimator.Sample)]
    [InlineData(FisherEstimator.Predicted)]
    [InlineData(FisherEstimator.Empirical)]
    [InlineData(FisherEstimator.BatchedEmpirical)]
    public void Outputs_that_do_not_compete_matter_to_nothing(FisherEstimator estimator)
    {
        TaskStream stream = Toy.Stream(Scenario.Task, tasks: 3);
        using Model model = new(stream, Toy.Network(), new(4), CPU, 10) { TasksSeen = 2 };

        float[] fisher = FisherInformation.Estimate(model, stream.Tasks[1], estimator, 0).data<float>().ToArray();

        for (int output = 0; output < 6; output++)
        {
            float largest = fisher[(144 * output)..(144 * output + 144)].Append(fisher[144 * 6 + output]).Max();
            Assert.Equal(output is 2 or 3, largest > 0);
        }
    }

    [Fact]
    public void A_part_of_the_samples_is_drawn_from_the_seed()
    {
        TaskStream stream = Toy.Stream();
        float[] Estimate(ulong seed, int samples)
        {
            using Model model = new(stream, Toy.Network(5), new(1), CPU, 10) { TasksSeen = 1 };
            using Model drawing = new(stream, Toy.Network(5), new(seed), CPU, 10) { TasksSeen = 1 };
            drawing.Network.Parameters.copy_(model.Network.Parameters);
            return FisherInformation.Estimate(drawing, stream.Tasks[0], FisherEstimator.Exact, samples).data<float>().ToArray();
        }

        Assert.Equal(Estimate(1, 10), Estimate(1, 10));
        Assert.NotEqual(Estimate(1, 10), Estimate(2, 10));
        Assert.Equal(Estimate(1, 0), Estimate(2, 48));
        Assert.Equal(Estimate(1, 0), Estimate(1, 1_000_000));
    }

    [Fact]
    public void It_is_never_negative_and_changes_neither_network_nor_gradient()
    {
        TaskStream stream = Toy.Stream();
        using Model model = new(stream, Toy.Network(5), new(1), CPU, 10) { TasksSeen = 1 };
        float[] before = model.Network.Parameters.data<float>().ToArray();

        Tensor fisher = FisherInformation.Estimate(model, stream.Tasks[0], FisherEstimator.Exact, 0);

        Assert.True(fisher.min().item<float>() >= 0);
        Assert.Equal(before, model.Network.Parameters.data<float>().ToArray());
    }

    private static Model LinearLearner(LearningTask task)
    {
        Model model = new(new TaskStream("hand", Scenario.Domain, [task]), Toy.Network(), new(1), CPU, 4) { TasksSeen = 1 };
        model.Network.Parameters.zero_();
        model.Network.Parameters[4] = (float)Math.Log(4); // the bias of output 0: p = (0.8, 0.2)
        return model;
    }

    private static LearningTask TaskOf(int outputs, params (int Target, float[] Input)[] samples)
    {
        Given given = new(samples);
        return new(0, "hand", given, null, given, [.. Enumerable.Range(0, outputs)]);
    }

    // Larger parameters make probabilities that are not all alike.
    private static void Spread(Network network) => network.Parameters.mul_(3);

    private static Tensor OneByOne(Model model, LearningTask task, FisherEstimator estimator)
    {
        Tensor sum = zeros(model.Network.Layout.Count), gradient = zeros_like(sum);
        using BatchReader reader = new(task.Train.InputShape, 1, CPU);
        for (int sample = 0; sample < task.Train.Count; sample++)
        {
            Batch batch = reader.Read(task.Train, [sample]);
            Tensor logits = model.Network.Forward(batch.Inputs).clone(), mask = model.Mask(batch)!, p = (logits + mask).softmax(1);
            for (int y = 0; y < model.Network.OutputCount; y++)
            {
                double weight = estimator switch
                {
                    FisherEstimator.Exact => p[0, y].item<float>(),
                    FisherEstimator.Predicted => p.argmax(1).item<long>() == y ? 1 : 0,
                    _ => batch.Targets.item<long>() == y ? 1 : 0,
                };
                if (weight == 0) continue;
                model.Network.Backward(Objective.CrossEntropy(logits, tensor(new long[] { y }), mask).Gradient, gradient);
                sum.add_(gradient.square(), weight);
            }
        }
        return sum.div_(task.Train.Count);
    }

    private sealed class Given((int Target, float[] Input)[] samples) : Samples
    {
        public override int Count => samples.Length;

        public override IReadOnlyList<long> InputShape => [samples[0].Input.Length];

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => samples[sample].Input.CopyTo(input);

        public override int Target(int sample) => samples[sample].Target;

        public override int Task(int sample) => 0;
    }
}
