using Engram.Answering;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Evaluation;

public sealed class EvaluatorTests
{
    public EvaluatorTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData(1203, 401 / 1203.0)] // three batches, the last of which is smaller
    [InlineData(500, 167 / 500.0)]
    [InlineData(1, 1)]
    public void Accuracy_is_the_share_of_samples_that_are_answered_rightly(int samples, double expected)
    {
        // The answer is always 0; every third sample, from the first, has that target.
        using DisposeScope scope = NewDisposeScope();
        using Constant method = new();

        Assert.Equal(expected, new Evaluator(method, CPU, OneOf.Classes).Accuracy(new Targets([.. Enumerable.Range(0, samples).Select(sample => sample % 3)])), 1e-12);
    }

    [Fact]
    public void Kappa_is_that_of_all_batches_together()
    {
        using DisposeScope scope = NewDisposeScope();
        using Halves method = new();

        // 900 samples of 0 answered 0 and 300 of 1, of which the first 100 are answered 0: 1,100 right, and blindly (900 * 1,000 + 300 * 200) / 1,200.
        var (accuracy, kappa) = new Evaluator(method, CPU, OneOf.Classes).Measure(new Targets([.. Enumerable.Range(0, 1200).Select(sample => sample < 900 ? 0 : 1)]));

        Assert.Equal(1100 / 1200.0, accuracy, 1e-12);
        Assert.Equal((1100 - 800) / (1200 - 800.0), kappa!.Value, 1e-12);
    }

    [Theory]
    [InlineData(Scenario.Task, 1 / 2.0)] // of the task's own answers
    [InlineData(Scenario.Domain, 1 / 6.0)] // of all there are
    [InlineData(Scenario.Class, 1 / 6.0)]
    public void Chance_is_one_over_the_outputs_that_compete(Scenario scenario, double expected)
    {
        TaskStream stream = new("six", scenario, [Task(0, [0], [0], [0, 1, 2]), Task(1, [3], [3], [3, 5])]);

        Assert.Equal(expected, Evaluator.Chance(stream, stream.Tasks[1]), 1e-12);
    }

    [Theory]
    [InlineData(Scenario.Task, 0.75)] // 3 is the most frequent answer of the task's training data
    [InlineData(Scenario.Domain, 0.75)]
    [InlineData(Scenario.Class, 0.25)] // and 4 that of all tasks
    public void Majority_is_the_accuracy_of_the_most_frequent_training_answer(Scenario scenario, double expected)
    {
        TaskStream stream = new("six", scenario, [Task(0, [4, 4, 0], [0], [0, 4]), Task(1, [4, 3, 3], [3, 3, 4, 3], [3, 4, 5])]);

        Assert.Equal(expected, Evaluator.Majority(stream, stream.Tasks[1]), 1e-12);
    }

    private static LearningTask Task(int index, int[] train, int[] test, int[] outputs) => new(index, $"{index}", new Targets(train), null, new Targets(test), outputs);

    private sealed class Constant : LearningMethod
    {
        public override Tensor Predict(Inputs inputs) => tensor(new float[] { 3, 1, 2 }).expand(inputs.Count, 3);
    }

    // Answers 0 to the first thousand samples and 1 to all others.
    private sealed class Halves : LearningMethod
    {
        private int asked;

        public override Tensor Predict(Inputs inputs)
        {
            float[] scores = [.. Enumerable.Range(0, 2 * (int)inputs.Count).Select(place => (asked + place / 2 < 1000) == (place % 2 == 0) ? 1f : 0)];
            asked += (int)inputs.Count;
            return tensor(scores).view(-1, 2);
        }
    }

    private sealed class Targets(int[] targets) : Samples
    {
        public override int Count => targets.Length;

        public override IReadOnlyList<long> InputShape => [2];

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => input.Clear();

        public override int Target(int sample) => targets[sample];

        public override int Task(int sample) => 0;
    }
}
