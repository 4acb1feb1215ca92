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
        Assert.Equal([0, 2, 4, 6, 8], stream.Tasks.Select(task => task.Outputs[0]));
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
        Assert.All(stream.Tasks, task => Assert.Equal((3 * task.Index, 3, 30), (task.Outputs[0], task.Outputs.Count, task.Train.Count)));
    }

    [Theory]
    [InlineData(Scenario.Class)]
    [InlineData(Scenario.Task)]
    public void The_first_task_can_bring_more_classes_than_the_others(Scenario scenario)
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { Scenario = scenario, Tasks = 6, BaseClasses = 5, ClassesPerTask = 1 }), StandIn.Greys);

        Assert.Equal(["0/1/2/3/4", "5", "6", "7", "8", "9"], stream.Tasks.Select(task => task.Name));
        Assert.Equal([(0, 5, 50), (5, 1, 10), (6, 1, 10), (7, 1, 10), (8, 1, 10), (9, 1, 10)], stream.Tasks.Select(task => (task.Outputs[0], task.Outputs.Count, task.Train.Count)));
        Assert.Equal(10, stream.OutputCount);
        Assert.All(stream.Tasks, task => Assert.Equal(task.Outputs, StandIn.Targets(task.Test).Distinct().Order()));
    }

    [Fact]
    public void Base_classes_that_do_not_fit_are_an_error()
    {
        Assert.Equal("stream.baseClasses + (stream.tasks - 1) x stream.classesPerTask is 5 + 5 x 2 but the data set has 10 classes; set one of them lower.",
            Assert.Throws<EngramException>(() => StandIn.Create(new SplitImages(new() { Tasks = 6, BaseClasses = 5 }), StandIn.Greys)).Message);
        Assert.Contains("must name 5 + 2 x 1 different labels", Assert.Single(new SplitImages.Options { Tasks = 3, BaseClasses = 5, ClassesPerTask = 1, ClassOrder = [1, 2, 3] }.Problems("stream")));
        Assert.Contains("stream.shuffleClasses", Assert.Single(new SplitImages.Options { Tasks = 2, BaseClasses = 5, ShuffleTasks = true }.Problems("stream")));
        Assert.Contains("stream.classOrder", Assert.Single(new SplitImages.Options { Tasks = 2, BaseClasses = 5, Order = [2, 1] }.Problems("stream")));
        Assert.Empty(new SplitImages.Options { Tasks = 3, BaseClasses = 5, Order = [1, 3, 2] }.Problems("stream"));
        Assert.Contains("domain scenario", Assert.Single(new SplitImages.Options { Scenario = Scenario.Domain, BaseClasses = 5 }.Problems("stream")));
    }

    [Fact]
    public void All_classes_are_active_in_the_class_scenario_alone()
    {
        Assert.Empty(new SplitImages.Options { Scenario = Scenario.Class, ActiveClasses = ActiveClasses.All }.Problems("stream"));
        Assert.Equal("stream.activeClasses is all, but stream.scenario is domain, which settles what competes; set stream.scenario to class, or stream.activeClasses to seen.",
            Assert.Single(new SplitImages.Options { Scenario = Scenario.Domain, ActiveClasses = ActiveClasses.All }.Problems("stream")));
        Assert.Equal(2, new SplitImages.Options { ActiveClasses = ActiveClasses.All, Order = [1, 2] }.Problems("stream").Count());
    }

    [Fact]
    public void Classes_come_in_the_order_given()
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { ClassOrder = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] }), StandIn.Greys);

        Assert.Equal(["1/2", "3/4", "5/6", "7/8", "9/0"], stream.Tasks.Select(task => task.Name));
        Assert.All(stream.Tasks, task => Assert.Equal([0, 1], StandIn.Targets(task.Test).Distinct().Order().Select(target => target - task.Outputs[0])));
    }

    [Fact]
    public void A_class_order_that_does_not_fit_is_an_error()
    {
        Assert.Contains("must name 5 x 2 different labels", Assert.Single(new SplitImages.Options { ClassOrder = [1, 2, 3] }.Problems("stream")));
        Assert.Contains("must name 1 x 2 different labels", Assert.Single(new SplitImages.Options { Tasks = 1, ClassOrder = [1, 1] }.Problems("stream")));
        Assert.Contains("leave one of them out", Assert.Single(new SplitImages.Options { Tasks = 1, ClassOrder = [1, 2], ShuffleClasses = true }.Problems("stream")));
        Assert.Contains("stream.classOrder has the label 10 but the data set has the labels 0 to 9",
            Assert.Throws<EngramException>(() => StandIn.Create(new SplitImages(new() { Tasks = 1, ClassOrder = [1, 10] }), StandIn.Greys)).Message);
    }

    [Fact]
    public void Accuracy_can_be_measured_on_the_training_data()
    {
        TaskStream stream = StandIn.Create(new SplitImages(new() { MeasureTraining = true, Validation = 0.2 }), StandIn.Greys);

        Assert.All(stream.Tasks, task => Assert.Equal(StandIn.ReadAll(task.Train), StandIn.ReadAll(task.Test)));
    }
}
