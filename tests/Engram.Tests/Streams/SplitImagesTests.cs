using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class SplitImagesTests
{
    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void Each_task_brings_the_next_two_classes(Scenario scenario)
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { Scenario = scenario }), StandIn.Greys);

        Assert.Equal(["0/1", "2/3", "4/5", "6/7", "8/9"], stream.Tasks.Select(task => task.Name));
        foreach (LearningTask task in stream.Tasks)
            for (int sample = 0; sample < task.Train.Count; sample++)
            {
                int label = ((int)Math.Round(255 * StandIn.Read(task.Train, sample)[0]) - 1) % 10; // greys count up with the labels
                Assert.Equal(task.Index, label / 2);
                Assert.Equal(scenario == Scenario.Domain ? label % 2 : label, task.Train.Target(sample));
            }
    }

    [Fact]
    public void In_another_order_the_outputs_follow_the_order_of_learning()
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { Scenario = Scenario.Class, Order = [3, 1, 2, 5, 4] }), StandIn.Greys);

        Assert.Equal(["4/5", "0/1", "2/3", "8/9", "6/7"], stream.Tasks.Select(task => task.Name));
        Assert.Equal([0, 2, 4, 6, 8], stream.Tasks.Select(task => task.FirstOutput));
        Assert.Equal(StandIn.Targets(stream.Tasks[0].Test).Distinct().Order(), [0, 1]);
    }

    [Fact]
    public void The_seed_can_draw_which_classes_come_together()
    {
        string[] Names(ulong seed) => [.. StandIn.Create(new SplitImages(new() { ShuffleClasses = true }), StandIn.Greys, seed).Tasks.Select(task => task.Name)];

        Assert.Equal(Names(1), Names(1));
        Assert.NotEqual(Names(1), Names(2));
        Assert.Equal(StandIn.Names(10), Names(1).SelectMany(name => name.Split('/')).Order());
    }

    [Fact]
    public void More_classes_than_there_are_is_an_error_that_names_both_settings()
    {
        EngramException error = Assert.Throws<EngramException>(() => StandIn.Create(new SplitImages(new() { Tasks = 4, ClassesPerTask = 3 }), StandIn.Greys));

        Assert.Equal("stream.tasks x stream.classesPerTask is 4 x 3 but the data set has 10 classes; set one of them lower.", error.Message);
    }

    [Fact]
    public void Tasks_of_other_sizes_have_as_many_outputs()
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { Tasks = 3, ClassesPerTask = 3 }), StandIn.Greys);

        Assert.Equal(9, stream.OutputCount);
        Assert.All(stream.Tasks, task => Assert.Equal((3 * task.Index, 3, 30), (task.FirstOutput, task.OutputCount, task.Train.Count)));
    }
}
