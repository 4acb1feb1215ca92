using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

/// <summary>What GEM and A-GEM have in common: a memory of old tasks, and a step that no old task opposes.</summary>
public sealed class GradientMethodTests
{
    public GradientMethodTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<Scenario> Scenarios => [Scenario.Task, Scenario.Domain, Scenario.Class];

    [Theory]
    [InlineData("gem")]
    [InlineData("agem")]
    public void Without_a_memory_it_is_fine_tuning_bit_for_bit(string id)
    {
        foreach (Scenario scenario in Enum.GetValues<Scenario>())
        {
            (string, string)[] empty = [("method.memory.samples", "0"), .. id == "agem" ? [("method.memory.perClass", "null")] : Array.Empty<(string, string)>()];
            (string, string) length = ("training.iterations", "30"); // some steps are opposed in every scenario
            RunResult plain = Toy.Run(Toy.Config("fine-tuning", scenario, length)), zero = Toy.Run(Toy.Config(id, scenario, [length, .. empty])), some = Toy.Run(Toy.Config(id, scenario, length));

            Assert.Equal(plain.Weights, zero.Weights);
            Assert.Equal(plain.Matrix, zero.Matrix);
            Assert.Equal([0L, 0L], zero.StoredBytes);
            Assert.NotEqual(plain.Weights, some.Weights);
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_step_of_gem_opposes_the_mean_loss_on_the_memory_of_any_old_task(Scenario scenario)
    {
        // Every sample fits into the memory, so that the test can compute the old gradients by itself from the tasks' own data.
        GradientEpisodicMemory gem = new(new() { Margin = 0, Ridge = 0, Memory = new() { Samples = 3 * 48 } });
        (Tensor plain, Tensor edited, Learner learner) = Train(gem, scenario, tasks: 3);
        using (learner)
        using (gem)
        {
            double[] before = [.. learner.Tasks.Take(2).Select(task => Dot(plain, MeanGradient(learner, task)))];
            double[] after = [.. learner.Tasks.Take(2).Select(task => Dot(edited, MeanGradient(learner, task)))];

            Assert.Contains(before, product => product < -1e-4);
            Assert.All(after, product => Assert.True(product >= -1e-6, $"{product}"));
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_step_of_agem_opposes_the_mean_loss_on_all_old_tasks(Scenario scenario)
    {
        AveragedGem agem = new(new() { Memory = new() { PerClass = 24 } });
        (Tensor plain, Tensor edited, Learner learner) = Train(agem, scenario, tasks: 3);
        using (learner)
        using (agem)
        {
            Tensor reference = (MeanGradient(learner, learner.Tasks[0]) + MeanGradient(learner, learner.Tasks[1])) / 2;

            Assert.True(Dot(plain, reference) < -1e-4, "the plain gradient is opposed");
            Assert.Equal(0, Dot(edited, reference), 1e-4 * Dot(reference, reference));
            Tensor expected = plain - Dot(plain, reference) / Dot(reference, reference) * reference;
            Assert.True(edited.allclose(expected, 1e-3, 1e-5));
        }
    }

    [Theory]
    [InlineData(new float[] { 1, 0 }, new float[] { -1, 1 }, new float[] { 0.5f, 0.5f })]
    [InlineData(new float[] { 1, 0 }, new float[] { 1, 1 }, new float[] { 1, 0 })]
    [InlineData(new float[] { 1, 0 }, new float[] { 0, 1 }, new float[] { 1, 0 })]
    [InlineData(new float[] { 1, 2 }, new float[] { 0, 0 }, new float[] { 1, 2 })]
    public void Agem_takes_the_opposed_part_away(float[] gradient, float[] reference, float[] expected)
    {
        using Tensor g = tensor(gradient), opposed = tensor(reference);

        AveragedGem.Project(g, opposed);

        Assert.Equal(expected, g.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Agem_looks_back_at_old_tasks_only()
    {
        AveragedGem agem = new(new() { Memory = new() { PerClass = 24 } });
        (Tensor plain, Tensor edited, Learner learner) = Train(agem, Scenario.Domain, tasks: 1);
        using (learner)
        using (agem)
        {
            Assert.True(agem.StoredBytes > 0);
            Assert.Equal(plain.data<float>().ToArray(), edited.data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData("gem", "method.memory.samples=4", 4)]
    [InlineData("gem", "method.memory.samples=5", 4)] // equal shares
    [InlineData("gem", "method.memory.samples=null method.memory.perClass=3", 12)]
    [InlineData("gem", "method.memory.samples=null method.memory.bytes=2944", 4)] // 588 bytes each
    [InlineData("agem", "method.memory.perClass=3", 12)]
    [InlineData("agem", "method.memory.perClass=3 method.random=true", 12)]
    [InlineData("agem", "method.memory.perClass=null method.memory.samples=4", 4)]
    public void It_keeps_as_many_samples_as_the_budget_says(string id, string settings, int samples)
    {
        (string, string)[] pairs = [.. settings.Split(' ').Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]))];

        RunResult result = Toy.Run(Toy.Config(id, Scenario.Domain, pairs));

        Assert.Equal(samples * SampleMemory.BytesPerSample([1, Toy.Side, Toy.Side]), result.StoredBytes[1]);
        Assert.Equal(result.StoredBytes[1], 2 * result.StoredBytes[0]);
    }

    [Theory]
    [InlineData("gem", "method.memory.samples", "1")]
    [InlineData("agem", "method.memory.samples", "3")]
    public void A_memory_too_small_for_one_sample_of_each_is_refused(string id, string path, string value)
    {
        (string, string)[] settings = [(path, value), .. id == "agem" ? [("method.memory.perClass", "null")] : Array.Empty<(string, string)>()];

        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(Toy.Config(id, Scenario.Domain, settings)));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains($"{path} is {value}", error.Message);
    }

    [Fact]
    public void Concatenating_the_memory_repeats_it_to_about_as_many_samples_as_the_task_has()
    {
        GradientEpisodicMemory gem = new(new() { Concatenate = true, Memory = new() { Samples = 3 * 9 } });
        (_, _, Learner learner) = Train(gem, Scenario.Class, tasks: 3);
        using (learner)
        using (gem)
        {
            Engram.Streams.Samples samples = gem.TrainingData(learner.Tasks[2]);

            Assert.Equal(48 + 2 * (48 / 18) * 9, samples.Count);
            Assert.Equal([2], samples.Lessons);
            Assert.Equal([0, 1, 2], Enumerable.Range(0, samples.Count).Select(samples.Task).Distinct().Order());
        }
    }

    [Fact]
    public void Concatenating_survives_stops_and_does_not_remember_what_is_replayed()
    {
        RunConfig config = Toy.Config("gem", Scenario.Class, ("method.concatenate", "true"), ("method.memory.samples", "20"), ("training.iterations", "12"));
        RunResult straight = Toy.Run(config), other = Toy.Run(Toy.Config("gem", Scenario.Class, ("method.memory.samples", "20"), ("training.iterations", "12")));
        using Datasets.TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        int passed = 0;

        Assert.ThrowsAny<Exception>(() => Toy.Run(config, folder, _ => { if (++passed == 20) throw new TimeoutException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
        Assert.NotEqual(other.Weights, straight.Weights);
        Assert.Equal(other.StoredBytes, straight.StoredBytes);
    }

    // Learns some tasks and, on the last, returns a plain gradient and what the method makes of it, before that task ends.
    private static (Tensor Plain, Tensor Edited, Learner Learner) Train(LearningMethod method, Scenario scenario, int tasks)
    {
        TaskStream stream = Toy.Stream(scenario, tasks);
        Learner learner = new(stream, Toy.Network(9), new(1), CPU, 10);
        method.Join(learner);
        using Trainer trainer = new(learner, method, new() { Optimizer = OptimizerKind.Sgd, LearningRate = 0.05, Batch = 10, Epochs = [2] });
        foreach (LearningTask task in stream.Tasks)
        {
            learner.TasksSeen = task.Number;
            trainer.Begin(task);
            trainer.Train(task, _ => { }, _ => { });
            if (task.Number < tasks) trainer.End(task);
        }
        Tensor plain = MeanGradient(learner, stream.Tasks[^1], opposed: true), edited = plain.clone();
        method.EditGradient(edited);
        return (plain, edited, learner);
    }

    // Of the mean cross-entropy of a task, or of what the old tasks want least: the sum of the opposite gradients and a little of its own.
    private static Tensor MeanGradient(Learner learner, LearningTask task, bool opposed = false)
    {
        using BatchReader reader = new(task.Train.InputShape, task.Train.Count, CPU);
        Batch batch = reader.Read(task.Train, [.. Enumerable.Range(0, task.Train.Count)]);
        Tensor gradient = zeros_like(learner.Network.Parameters);
        learner.Network.Backward(Objective.CrossEntropy(learner.Network.Forward(batch.Inputs), batch.Targets, learner.Mask(batch)).Gradient, gradient);
        if (!opposed) return gradient;
        foreach (LearningTask old in learner.Tasks.Take(task.Index)) gradient.sub_(MeanGradient(learner, old) * (1 + old.Index));
        return gradient;
    }

    private static double Dot(Tensor left, Tensor right) => left.to(float64).dot(right.to(float64)).item<double>();
}
