using System.Text.Json.Nodes;
using Engram.Methods.Rehearsal;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class MemoryOptionsTests
{
    [Theory]
    [InlineData("""{}""", 1000)]
    [InlineData("""{"samples":20}""", 20)]
    [InlineData("""{"samples":0}""", 0)]
    [InlineData("""{"bytes":1000}""", 10)]
    [InlineData("""{"bytes":99}""", 0)]
    [InlineData("""{"perClass":3}""", int.MaxValue)]
    [InlineData("""{"perClass":0}""", 0)]
    public void One_budget_is_read_as_a_number_of_samples(string json, int capacity)
    {
        List<string> problems = [];

        MemoryOptions options = (MemoryOptions)Settings.Bind(typeof(MemoryOptions), JsonNode.Parse(json)!.AsObject(), "memory", problems);

        Assert.Empty(problems);
        Assert.Equal(capacity, options.Capacity(bytesPerSample: 100));
    }

    [Fact]
    public void Two_budgets_are_refused()
    {
        List<string> problems = [];

        Settings.Bind(typeof(MemoryOptions), JsonNode.Parse("""{"samples":20,"bytes":5}""")!.AsObject(), "method.memory", problems);

        Assert.Contains("method.memory.samples (now 20) and method.memory.bytes (now 5) are both set", Assert.Single(problems));
    }

    [Fact]
    public void A_budget_too_small_for_one_sample_of_each_class_names_value_and_minimum()
    {
        Assert.Contains("method.memory.samples is 3 but must be >= 6, one sample for each class", Assert.Throws<EngramException>(() => new MemoryOptions { Samples = 3 }.Require(100, 6, "class")).Message);
        Assert.Contains("method.memory.bytes is 399 (room for 3 samples of 100 bytes) but must be >= 600", Assert.Throws<EngramException>(() => new MemoryOptions { Bytes = 399 }.Require(100, 6, "class")).Message);
        new MemoryOptions { Samples = 0 }.Require(100, 6, "class");
        new MemoryOptions { PerClass = 1 }.Require(100, 6, "class");
    }

    [Fact]
    public void A_methods_own_default_gives_way_to_any_budget_that_is_given()
    {
        MemoryOptions each = MemoryOptions.UsuallyPerClass(25), all = MemoryOptions.UsuallySamples(5120);

        Assert.Equal((null, 25, int.MaxValue), (each.Samples, each.PerClass, each.Capacity(100)));
        Assert.Equal((5120, null, 5120), (all.Samples, all.PerClass, all.Capacity(100)));
        Assert.Equal((7, null, 7), Of(each with { Samples = 7 }));
        Assert.Equal((null, null, 3), Of(each with { Bytes = 300 }));
        Assert.Equal((null, 4, int.MaxValue), Of(all with { PerClass = 4 }));

        static (int?, int?, int) Of(MemoryOptions options) => (options.Samples, options.PerClass, options.Capacity(100));
    }

    [Fact]
    public void Just_enough_is_enough()
    {
        new MemoryOptions { Samples = 6 }.Require(100, 6, "class");
        new MemoryOptions { Bytes = 600 }.Require(100, 6, "class");
    }
}
