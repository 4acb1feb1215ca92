using System.Text.Json.Nodes;
using Engram.Methods.Rehearsal;
using Engram.Streams;

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

        MemoryOptions options = (MemoryOptions)SettingsShape.Of(typeof(MemoryOptions)).Bind(JsonNode.Parse(json)!.AsObject(), "memory", problems);

        Assert.Empty(problems);
        Assert.Equal(capacity, options.Capacity(bytesPerSample: 100));
    }

    [Fact]
    public void Two_budgets_are_refused()
    {
        List<string> problems = [];

        SettingsShape.Of(typeof(MemoryOptions)).Bind(JsonNode.Parse("""{"samples":20,"bytes":5}""")!.AsObject(), "method.memory", problems);

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

    [Theory]
    [InlineData(MemoryRule.Reservoir, 20, 1, "run")]
    [InlineData(MemoryRule.Ring, 3 * 20, 3, "task")]
    [InlineData(MemoryRule.TaskBalanced, 3 * 20, 3, "task")]
    [InlineData(MemoryRule.ClassBalanced, 6 * 20, 6, "class")]
    public void A_policy_needs_room_for_one_sample_of_the_run_of_each_task_or_of_each_class(MemoryRule rule, int bytes, int capacity, string word)
    {
        // Two numbers of an input, target and task: 20 bytes.
        using Engram.Methods.Model model = Points.Model(Scenario.Class, [2, 2, 2], new Points(0, (0, 0, 0)), new Points(1, (0, 0, 2)), new Points(2, (0, 0, 4)));

        MemoryPolicy policy = new MemoryOptions { Bytes = bytes }.Policy(rule, model);

        Assert.Equal(capacity, policy.Capacity);
        Assert.IsType(MemoryOptions.Policy(rule, 1).GetType(), policy);
        string message = Assert.Throws<EngramException>(() => new MemoryOptions { Bytes = bytes - 1 }.Policy(rule, model)).Message;
        Assert.Contains($"must be >= {bytes}, one sample for each {word}", message);
        Assert.Equal(0, new MemoryOptions { Bytes = 0 }.Policy(rule, model).Capacity);
        Assert.Equal(bytes * 7 / 20, new MemoryOptions { Bytes = bytes * 7 }.Policy(rule, model, columns: 0).Capacity);
        Assert.Equal(bytes * 7 / 28, new MemoryOptions { Bytes = bytes * 7 }.Policy(rule, model, columns: 2).Capacity);
    }

    [Fact]
    public void Room_per_class_is_the_policys_quota()
    {
        using Engram.Methods.Model model = Points.Model(Scenario.Class, [2], new Points(0, (0, 0, 0)));
        BalancedPolicy policy = Assert.IsType<BalancedPolicy>(new MemoryOptions { PerClass = 3 }.Policy(MemoryRule.ClassBalanced, model));

        for (int i = 0; i < 10; i++) policy.Place(0, i % 2, new(1));

        Assert.Equal((6, 3, 3), (policy.Count, policy.SlotsOf(0, 0).Count, policy.SlotsOf(0, 1).Count));
    }

    [Theory]
    [InlineData(MemoryRule.Reservoir, false)]
    [InlineData(MemoryRule.Ring, false)]
    [InlineData(MemoryRule.TaskBalanced, false)]
    [InlineData(MemoryRule.ClassBalanced, true)]
    public void Only_a_memory_balanced_by_class_has_room_per_class(MemoryRule rule, bool fits)
    {
        Assert.Equal(fits, !new MemoryOptions { PerClass = 3 }.ProblemsWith(rule, "method.memory").Any());
        Assert.Empty(new MemoryOptions { Samples = 3 }.ProblemsWith(rule, "method.memory"));
    }

    [Fact]
    public void More_bytes_than_any_memory_has_slots_for_are_as_many_slots_as_there_can_be()
    {
        Assert.Equal(int.MaxValue, new MemoryOptions { Bytes = long.MaxValue }.Capacity(bytesPerSample: 100));
        Assert.Equal(1000, new MemoryOptions().Capacity(bytesPerSample: 100));
        Assert.Equal(3, new MemoryOptions { Samples = 1, Bytes = 2, PerClass = 3 }.Problems("memory").Single().Split("now").Length - 1);
    }
}
