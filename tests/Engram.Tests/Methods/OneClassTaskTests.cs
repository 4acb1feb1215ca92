using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Streams;

namespace Engram.Tests.Methods;

/// <summary>Base knowledge first, then one class per task: what class-incremental learning means in practice.</summary>
public sealed class OneClassTaskTests
{
    public OneClassTaskTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Ids =>
        [.. EveryMethodTests.Entries.Where(entry => entry.Attribute.Scenarios.Contains(Scenario.Class)).Select(entry => entry.Attribute.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Every_method_of_the_class_scenario_learns_one_class_after_the_other(string id)
    {
        RunConfig config = Toy.Config(id, Scenario.Class);
        TaskStream stream = StandIn.Create("split-digits", Toy.Images, new JsonObject { ["scenario"] = "class", ["tasks"] = 4, ["baseClasses"] = 3, ["classesPerTask"] = 1 });
        using Experiment experiment = new(config, stream, Toy.Network(9), Toy.Catalogs.Methods.Create(id, config.Method.Options));

        RunResult result = experiment.Run(cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([36, 12, 12, 12], result.TestSamples);
        Assert.All(result.Steps, step => Assert.True(double.IsFinite(step.Loss)));
        Assert.Equal(result.Metrics["overallAccuracy"]!.Value, (3 * result.Matrix[4, 1] + result.Matrix[4, 2] + result.Matrix[4, 3] + result.Matrix[4, 4]) / 6, 12);
    }
}
