using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Methods.Growth;

namespace Engram.Tests.Methods;

/// <summary>Runs that grow, each of them run again and again from where it was stopped.</summary>
public sealed class InterruptedGrowthTests
{
    public InterruptedGrowthTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, Scenario> Combinations
    {
        get
        {
            TheoryData<string, Scenario> data = new() { { "grow", Scenario.Task }, { "icarl+grow", Scenario.Class }, { "derpp+grow", Scenario.Class }, { "grow+si", Scenario.Domain }, { "grow+rwalk", Scenario.Task } };
            foreach (string method in new[] { "gem", "agem", "ewc", "online-ewc", "l2", "si", "mas", "rwalk", "replay", "lwf" }) data.Add($"{method}+grow", method is "replay" or "ewc" ? Scenario.Class : Scenario.Task);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_run_that_grows_and_dies_anywhere_goes_on_with_the_same_bits(string id, Scenario scenario)
    {
        RunConfig config = GrowthOnDemandTests.Config(id, scenario, ("training.checkpointEvery", "1"));
        RunResult straight = Toy.Run(config);
        Assert.Equal(2, straight.Growth.Length);
        Assert.Equal([[18], [36]], straight.Widths);
        Assert.True(straight.Parameters[1] > straight.Parameters[0]);

        long grows = straight.Growth[1].Step - 12; // within the second task
        // Moments of progress: the untrained row, then for each task its steps, the consolidation and the scoring.
        foreach (long step in new[] { grows - 1, grows, grows + 1, grows + 2 })
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            long seen = 0;
            Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++seen > step) throw new TimeoutException(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }

    [Theory]
    [InlineData("gem+grow")]
    [InlineData("lwf+grow")]
    [InlineData("si+grow")]
    public void A_convolutional_network_grows_too(string id)
    {
        RunConfig config = GrowthOnDemandTests.Configure(Toy.Laboratory.Configure("toy", id, "cnn").Set("stream.scenario", "task").Set("network.channels", "2,3").Set("training.learningRate", "0.0003")
            .Set("training.batch", "10").Set("training.iterations", "8").Set("training.checkpointEvery", "1").Set("training.logEvery", "1"), id).Build();
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        RunResult straight = Toy.Run(config);
        int passed = 0;

        Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, _ => { if (++passed == 17) throw new TimeoutException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
        Assert.Equal([[4, 6], [8, 12]], straight.Widths);
    }

    [Fact]
    public void It_may_grow_while_only_new_outputs_learn()
    {
        RunConfig config = GrowthOnDemandTests.Config("lwf+grow", Scenario.Task, ("method.lwf.warmUp", "8"), ("training.checkpointEvery", "1"));
        RunResult straight = Toy.Run(config);
        long grows = straight.Growth[1].Step - 12;
        Assert.InRange(grows, 1, 7); // still frozen
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        int seen = 0;

        Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++seen > grows + 1) throw new TimeoutException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
    }

    [Theory]
    [InlineData("grow")]
    [InlineData("gem+grow")]
    [InlineData("grow+si")]
    public void A_run_that_dies_in_a_task_that_goes_on_ends_with_the_same_bits(string id)
    {
        RunConfig config = GrowthOnDemandTests.Lasting(id, ("training.checkpointEvery", "3"), ("stream.tasks", "2"));
        List<RunProgress> told = [];
        RunResult straight = Toy.Run(config, progress: told.Add);
        Assert.True(GrowthOnDemandTests.StepsOfTasks(straight)[1] > 8);
        Assert.Equal(told.Select(now => now.Fraction).Order(), told.Select(now => now.Fraction));
        Assert.All(told, now => Assert.True(now.Fraction <= 1 && now.Epoch <= now.Epochs));

        for (int moment = 2; moment <= told.Count; moment += 3)
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            int passed = 0;
            Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, _ => { if (++passed == moment) throw new TimeoutException(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }
}
