using Engram.Experiments;
using Engram.Methods;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;

namespace Engram.Tests.Methods;

public sealed class NoHelpTests
{
    [Theory]
    [InlineData("ewc", Scenario.Class, true)]
    [InlineData("online-ewc", Scenario.Class, true)]
    [InlineData("l2", Scenario.Class, true)]
    [InlineData("si", Scenario.Class, true)]
    [InlineData("mas", Scenario.Class, true)]
    [InlineData("rwalk", Scenario.Class, true)]
    [InlineData("ewc", Scenario.Domain, false)]
    [InlineData("si", Scenario.Task, false)]
    [InlineData("replay", Scenario.Class, false)]
    [InlineData("fine-tuning", Scenario.Class, false)] // it is the bound, and nobody hopes
    [InlineData("ewc+si", Scenario.Class, true)]
    [InlineData("ewc+replay", Scenario.Class, false)]
    [InlineData("lwf", Scenario.Class, false)]
    [InlineData("grow", Scenario.Task, true)]
    [InlineData("ewc+grow", Scenario.Class, true)]
    [InlineData("ewc+grow", Scenario.Task, false)]
    public void A_method_is_doubted_where_it_says_that_it_cannot_help(string id, Scenario scenario, bool isDoubted) =>
        Assert.Equal(isDoubted, Toy.Laboratory.Doubt(Toy.Config(id, scenario)) is not null);

    [Fact]
    public void The_doubt_is_one_line_with_reason_and_remedy_and_the_first_remark_of_the_results()
    {
        RunConfig config = Toy.Config("si+ewc", Scenario.Class);

        Assert.Equal("si+ewc cannot help against forgetting in the class scenario of toy: a penalty holds parameters, and classes of different tasks, never seen together, are not told apart by that; add a memory, as in replay+ewc.", Toy.Laboratory.Doubt(config));
        Assert.Equal([Toy.Laboratory.Doubt(config)!], Toy.Run(config).Remarks);
        Assert.Empty(Toy.Run(Toy.Config("ewc")).Remarks);
    }

    [Theory]
    [InlineData("1,1,1", true)]
    [InlineData("2,1,1", true)] // base classes, then one at a time
    [InlineData("1,2,1", false)]
    [InlineData("2", false)] // nothing to forget
    public void Tasks_of_one_class_leave_distillation_nothing_to_learn_from(string classes, bool isDoubted)
    {
        int[] counts = [.. classes.Split(',').Select(int.Parse)];
        TaskStream stream = new("toy", Scenario.Class, [.. counts.Select((count, task) => TaskOf(task, [.. Enumerable.Range(counts[..task].Sum(), count)]))]);

        Assert.Equal(isDoubted, Toy.Catalogs.Methods.Doubt("lwf", stream)?.StartsWith("lwf cannot help against forgetting in the class scenario of toy: with one class per task") ?? false);
    }

    private static LearningTask TaskOf(int index, int[] outputs)
    {
        Points points = new(index, [.. outputs.Select(output => (0f, 1f, output))]);
        return new(index, $"{index}", points, null, points, outputs);
    }
}
