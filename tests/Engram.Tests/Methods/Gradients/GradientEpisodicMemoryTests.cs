using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
using Engram.Tests.Networks;
using TorchSharp;
using static Engram.Tests.Methods.Gradients.OpposedGradients;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

public sealed class GradientEpisodicMemoryTests
{
    public GradientEpisodicMemoryTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<Scenario> Scenarios => [Scenario.Task, Scenario.Domain, Scenario.Class];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_step_of_gem_opposes_the_mean_loss_on_the_memory_of_any_old_task(Scenario scenario)
    {
        // Every sample fits into the memory, so that the test can compute the old gradients by itself from the tasks' own data.
        GradientEpisodicMemory gem = new(new() { Margin = 0, Ridge = 0, Memory = new() { Samples = 3 * 48 } });
        (Tensor plain, Tensor edited, Model model) = Train(gem, scenario, tasks: 3);
        using (model)
        using (gem)
        {
            double[] before = [.. model.Tasks.Take(2).Select(task => Dot(plain, MeanGradient(model, task)))];
            double[] after = [.. model.Tasks.Take(2).Select(task => Dot(edited, MeanGradient(model, task)))];

            Assert.Contains(before, product => product < -1e-4);
            Assert.All(after, product => Assert.True(product >= -1e-6, $"{product}"));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.3)]
    public void Every_sample_of_a_memory_that_goes_through_the_network_in_parts_counts_alike(double margin, double left)
    {
        // 1024 and 276 samples, whose gradients differ.
        using DisposeScope scope = NewDisposeScope();
        using GradientEpisodicMemory gem = new(new() { Margin = margin, Ridge = 0, Memory = new() { Samples = 2 * 1300 } });
        using Model model = WithMemory(gem, new(0, [.. Enumerable.Range(0, 1300).Select(i => i < 1024 ? (1f, 0.5f, 0) : (-0.5f, 1f, 1))]));
        Tensor old = MeanGradient(model, model.Tasks[0]), across = zeros_like(old);
        (across[0], across[1]) = (-old[1], old[0]);
        Tensor gradient = across - 0.2 * old;

        gem.EditGradient(gradient);

        Batches.AssertClose(across + left * old, gradient, 1e-4); // without what was opposed, or with half of the mean gradient added
    }

    [Fact]
    public void With_room_for_each_class_it_keeps_the_last_samples_of_each()
    {
        using GradientEpisodicMemory gem = new(new() { Concatenate = true, Memory = new() { PerClass = 2 } });
        using Model model = WithMemory(gem, new(0, [.. Enumerable.Range(0, 12).Select(i => ((float)i, 0f, i % 2))]));

        Engram.Streams.Samples samples = gem.TrainingData(model.Tasks[1]);

        float[] input = new float[2];
        Assert.Equal([8, 9, 10, 11], Enumerable.Range(1, samples.Count - 1).Select(sample => { samples.Read(sample, input); return (int)input[0]; }).Order());
    }

    [Theory]
    [InlineData(-0.2, 0.3)] // 0.2 of the old gradient would do, but half of it is added at least
    [InlineData(-2, 0)] // 2 of it are added, or a little less: K = |g|^2 + 0.001
    [InlineData(0.1, 0.1)]
    public void With_the_usual_settings_at_least_half_of_an_opposed_gradient_is_added_and_a_thousandth_damps(double share, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using GradientEpisodicMemory gem = new(new());
        using Model model = WithMemory(gem, new(0, (1, 0.5f, 0), (-0.5f, 1, 0), (2, 1, 1)));
        Tensor old = MeanGradient(model, model.Tasks[0]), gradient = share * old;
        double square = Dot(old, old);

        gem.EditGradient(gradient);

        if (share == -2) expected = -2 + 2 * square / (square + 1e-3);
        Assert.Equal(expected, Dot(gradient, old) / square, 1e-5);
        if (share == -2) Assert.True(expected < -1e-4, $"the ridge is not seen: {expected}");
    }

    [Fact]
    public void Concatenating_the_memory_repeats_it_to_about_as_many_samples_as_the_task_has()
    {
        GradientEpisodicMemory gem = new(new() { Concatenate = true, Memory = new() { Samples = 3 * 9 } });
        (_, _, Model model) = Train(gem, Scenario.Class, tasks: 3);
        using (model)
        using (gem)
        {
            Engram.Streams.Samples samples = gem.TrainingData(model.Tasks[2]);

            Assert.Equal(48 + 2 * (48 / 18) * 9, samples.Count);
            Assert.Equal([2], samples.Lessons);
            Assert.Equal([0, 1, 2], Enumerable.Range(0, samples.Count).Select(samples.Task).Distinct().Order());
        }
    }

    [Fact]
    public void A_memory_larger_than_the_task_is_learned_from_once()
    {
        using GradientEpisodicMemory gem = new(new() { Concatenate = true, Memory = new() { Samples = 20 } });
        using Model model = WithMemory(gem, new(0, (1, 0.5f, 0), (-0.5f, 1, 0), (2, 1, 1)));

        Assert.Equal(1 + 3, gem.TrainingData(model.Tasks[1]).Count); // a task of one sample
        Assert.Same(model.Tasks[0].Train, gem.TrainingData(model.Tasks[0]));
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

    // On the second task, with the first one's samples in the memory.
    private static Model WithMemory(GradientEpisodicMemory gem, Points first)
    {
        Model model = Points.Model(Scenario.Domain, [2, 2], first, new Points(1, (0, 1, 0)));
        gem.Join(model);
        model.TasksSeen = 1;
        gem.Prepare(first.Batch());
        gem.EndTask(model.Tasks[0]);
        model.TasksSeen = 2;
        return model;
    }
}
