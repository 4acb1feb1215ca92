using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;

namespace Engram.Tests.Methods.Gradients;

/// <summary>What GEM and A-GEM have in common: a memory of old tasks with a budget.</summary>
public sealed class GradientMethodTests
{
    public GradientMethodTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData("gem", "method.memory.samples=4 method.fixedShares=true", 4)]
    [InlineData("gem", "method.memory.samples=5 method.fixedShares=true", 4)] // equal shares
    [InlineData("gem", "method.memory.samples=null method.memory.perClass=3", 12)]
    [InlineData("gem", "method.memory.samples=null method.memory.bytes=2944 method.fixedShares=true", 4)] // 588 bytes each
    [InlineData("agem", "method.memory.perClass=3", 12)]
    [InlineData("agem", "method.memory.perClass=3 method.random=true", 12)]
    [InlineData("agem", "method.memory.perClass=null method.memory.samples=4 method.fixedShares=true", 4)]
    public void It_keeps_as_many_samples_as_the_budget_says(string id, string settings, int samples)
    {
        (string, string)[] pairs = [.. settings.Split(' ').Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]))];

        RunResult result = Toy.Run(Toy.Config(id, Scenario.Domain, pairs));

        Assert.Equal(samples * SampleMemory.BytesPerSample([1, Toy.Side, Toy.Side]), result.StoredBytes[1]);
        Assert.Equal(result.StoredBytes[1], 2 * result.StoredBytes[0]);
    }

    [Theory]
    [InlineData("gem", "samples")]
    [InlineData("agem", "samples")]
    [InlineData("gem", "bytes")]
    public void Tasks_seen_so_far_share_all_of_the_memory(string id, string budget)
    {
        (string, string)[] pairs = [("method.memory.perClass", "null"), ("method.memory.samples", budget == "samples" ? "12" : "null"), ("method.memory.bytes", budget == "bytes" ? "7200" : "null"), ("stream.tasks", "3")];

        RunResult result = Toy.Run(Toy.Config(id, Scenario.Domain, pairs));

        Assert.All(result.StoredSamples, kept => Assert.Equal(12, kept));
    }

    [Theory]
    [InlineData("gem", 1, 0)] // the gradients of the old tasks
    [InlineData("gem", 10, 9)]
    [InlineData("agem", 1, 1)] // one for all of them
    [InlineData("agem", 10, 1)]
    public void It_holds_the_gradients_of_old_tasks(string id, int tasks, int vectors)
    {
        using LearningMethod method = Toy.Catalogs.Methods.Create(id, Toy.Config(id).Method.Options);

        Assert.Equal(vectors, method.VectorsKept(tasks));
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
}
