using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

[Collection(nameof(Alone))]
public sealed class EveryMethodLiveTensorTests
{
    public EveryMethodLiveTensorTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (CatalogEntry<MethodAttribute> entry in EveryMethodTests.Entries)
                foreach (string network in new[] { "mlp", "cnn" }) cases.Add(entry.Attribute.Id, network);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Live_tensors_stay_the_same_number_over_a_task_and_none_is_left_after_the_run(string id, string network)
    {
        string scenario = EveryMethodTests.Entries.Single(entry => entry.Attribute.Id == id).Attribute.Scenarios[0].ToString().ToLowerInvariant();
        RunConfig config = Toy.Configure("toy", id, network).Set("stream.scenario", scenario).Set("stream.tasks", "3")
            .Set(network == "mlp" ? "network.hidden" : "network.channels", "3").Set("training.batch", "10").Set("training.iterations", "50").Set("training.logEvery", "5").Build();
        Toy.Run(config); // what is made once and kept, such as tables of the engine
        long before = Count();
        List<long> counts = [];

        Toy.Run(config, progress: now => { if (now is { Phase: RunPhase.Training, Task: 3 }) counts.Add(Count()); });

        long middle = counts[counts.Count / 2];
        Assert.True(counts[^1] <= middle, $"live tensors grew from {middle} in the middle of task 3 to {counts[^1]} at its end");
        if (network != "mlp") return; // TorchSharp's layers empty the tensors that become parameters and never count them down, and leave views to the collector
        Assert.InRange(Count(), 0, before); // fewer where a thread that another test used has ended
        using DisposeScope scope = NewDisposeScope(); // a user's own scope keeps alive what is left to the collector
        Toy.Run(config);
        Assert.Empty(scope.DisposablesView);
    }

    [Theory]
    [InlineData("gem+grow")]
    [InlineData("si+grow")]
    [InlineData("rwalk+grow")]
    [InlineData("ewc+grow")]
    [InlineData("replay+grow")]
    [InlineData("lwf+grow")]
    public void A_network_that_grows_leaves_nothing_of_the_old_one(string id)
    {
        RunConfig config = Toy.Laboratory.Configure("toy", id).Set("stream.scenario", "task").Set("stream.tasks", "3").Set("network.hidden", "3").Set("training.batch", "10").Set("training.iterations", "100")
            .Set("training.logEvery", "5").Set("method.grow.threshold", "1").Set("method.grow.window", "1").Set("method.grow.patience", "1").Build();
        Assert.NotEmpty(Toy.Run(config).Growth); // what is made once and kept, such as tables of the engine
        long before = Count();
        List<long> counts = [];

        Toy.Run(config, progress: now => { if (now is { Phase: RunPhase.Training, Task: 3 }) counts.Add(Count()); });

        Assert.True(counts[^1] <= counts[counts.Count / 2], $"live tensors grew from {counts[counts.Count / 2]} in the middle of task 3 to {counts[^1]} at its end");
        Assert.InRange(Count(), 0, before); // fewer where a thread that another test used has ended
    }

    internal static long Count()
    {
        long before;
        do
        {
            before = Tensor.TotalCount;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        while (Tensor.TotalCount != before); // what a finalizer lets go of may itself need one
        return before;
    }
}
