using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;

namespace Engram.Tests.Streams;

public sealed class TaskStreamTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(7)]
    public void A_label_that_is_none_of_its_task_is_refused_with_sample_and_value(int label)
    {
        EngramException error = Assert.Throws<EngramException>(() => Stream([0, 1], [1, 3], label));

        Assert.Equal(("wrong-label", $"Training sample 1 of task 2 (second) of 'given' has the label {label}, which is none of the task's outputs [1, 3]; name it among them, or leave the sample out."), (error.Code, error.Message));
    }

    [Fact]
    public void Outputs_are_counted_over_all_tasks_in_any_order()
    {
        Assert.Equal(6, Stream([4, 5], [1, 3], 1).OutputCount);
        Assert.Equal(9, new TaskStream("given", Scenario.Domain, [TaskOf(0, "first", [0, 1], 0)], outputs: 9).OutputCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,1")]
    [InlineData("3,1")]
    [InlineData("-1,1")]
    public void Outputs_are_numbers_from_0_each_once_in_ascending_order(string outputs)
    {
        int[] given = [.. outputs.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

        EngramException error = Assert.Throws<EngramException>(() => Stream([0, 1], given, 1));

        Assert.Equal("wrong-outputs", error.Code);
        Assert.StartsWith($"Task 2 (second) of 'given' has the outputs [{string.Join(", ", given)}]; they must be", error.Message);
    }

    private static TaskStream Stream(int[] first, int[] second, int label) => new("given", Scenario.Class, [TaskOf(0, "first", first, first[0], first[1]), TaskOf(1, "second", second, second.LastOrDefault(1), label)]);

    private static LearningTask TaskOf(int index, string name, int[] outputs, params int[] labels)
    {
        Points points = new(index, [.. labels.Select(label => (0f, 1f, label))]);
        return new(index, name, points, null, points, outputs);
    }
}
