using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Streams;
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
}
