using Engram.Datasets;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class TwoImageTasksTests
{
    private static readonly ImageDataset Same = new(StandIn.Greys.Train, StandIn.Greys.Train, StandIn.Names(10));

    [Fact]
    public void Noise_is_drawn_once_per_image_and_another_one_for_test_images()
    {
        LearningTask noisy = StandIn.Create(new TwoImageTasks(new()), Same).Tasks[0], again = StandIn.Create(new TwoImageTasks(new()), Same).Tasks[0];
        LearningTask other = StandIn.Create(new TwoImageTasks(new()), Same, seed: 2).Tasks[0];

        Assert.Equal("noisy", noisy.Name);
        Assert.Equal(StandIn.Read(noisy.Train, 3), StandIn.Read(noisy.Train, 3));
        Assert.Equal(StandIn.Read(noisy.Train, 3), StandIn.Read(again.Train, 3));
        Assert.NotEqual(StandIn.Read(noisy.Train, 3), StandIn.Read(noisy.Test, 3));
        Assert.NotEqual(StandIn.Read(noisy.Train, 3), StandIn.Read(other.Train, 3));
    }

    [Fact]
    public void An_image_keeps_its_noise_when_only_some_images_are_taken()
    {
        Samples all = StandIn.Create(new TwoImageTasks(new()), Same).Tasks[0].Train, some = StandIn.Create(new TwoImageTasks(new() { Samples = 7 }), Same).Tasks[0].Train;

        Assert.All(StandIn.ReadAll(some), input => Assert.Contains(StandIn.ReadAll(all), whole => whole.SequenceEqual(input)));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.25)]
    public void The_noise_has_deviation_one_half_of_the_pixel_range_whatever_the_scaling(double deviation)
    {
        TaskStream stream = StandIn.Create(new TwoImageTasks(new() { Deviation = deviation }), Same);

        double[] noise = [.. StandIn.ReadAll(stream.Tasks[0].Train).Zip(StandIn.ReadAll(stream.Tasks[1].Train)).SelectMany(pair => pair.First.Zip(pair.Second, (noisy, clean) => (noisy - clean) * deviation))];

        Assert.InRange(noise.Average(), -0.015, 0.015); // 14,400 numbers: three standard errors are 0.0125
        Assert.InRange(Math.Sqrt(noise.Average(number => number * number)), 0.49, 0.51);
        Assert.True(noise.Max() > 1, "the noise is not clipped");
    }

    [Fact]
    public void The_second_task_is_clean_and_in_the_other_order_it_comes_first()
    {
        TaskStream stream = StandIn.Create(new TwoImageTasks(new()), StandIn.Greys), reversed = StandIn.Create(new TwoImageTasks(new() { Order = [2, 1] }), StandIn.Greys);

        Assert.All(StandIn.Read(stream.Tasks[1].Train, 4), pixel => Assert.Equal(5f / 255, pixel));
        Assert.Equal(["clean", "noisy"], reversed.Tasks.Select(task => task.Name));
        Assert.Equal(StandIn.Read(stream.Tasks[0].Train, 4), StandIn.Read(reversed.Tasks[1].Train, 4));
    }

    [Fact]
    public void It_has_two_tasks_and_no_other_number()
    {
        Assert.Equal("stream.tasks is 3 but this stream has exactly 2 tasks; leave the setting out.", Assert.Single(new TwoImageTasks.Options { Tasks = 3 }.Problems("stream")));
    }
}
