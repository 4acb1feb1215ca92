using Engram.Datasets;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class PermutedImagesTests
{
    [Fact]
    public void Every_task_shows_all_pixels_of_each_image_in_an_order_of_its_own()
    {
        TaskStream stream = StandIn.Create(new PermutedImages(new() { Tasks = 3 }), StandIn.Twins);

        float[][] shown = [.. stream.Tasks.Select(task => StandIn.Read(task.Train, 4))];

        float[] original = [.. StandIn.Twins.Train.Pixels(4).ToArray().Select(pixel => pixel / 255f)];
        Assert.All(shown, input => Assert.Equal(original.Order(), input.Order()));
        Assert.Equal(4, shown.Append(original).DistinctBy(input => string.Join(" ", input)).Count());
    }

    [Fact]
    public void The_order_of_pixels_is_the_same_for_all_images_of_a_task()
    {
        byte[] first = [.. Enumerable.Range(0, 144).Select(i => (byte)i)], second = [.. first.Select(grey => (byte)(grey + 100))];
        ImageDataset images = new(StandIn.Images(12, 12, first, second), StandIn.Images(12, 12, second, first), StandIn.Names(2));
        LearningTask task = StandIn.Create(new PermutedImages(new() { Tasks = 2 }), images).Tasks[1];

        Assert.All(StandIn.Read(task.Train, 0).Zip(StandIn.Read(task.Train, 1)), pair => Assert.Equal(100, 255 * (pair.Second - pair.First), 1e-3));
        Assert.Equal(StandIn.Read(task.Train, 0), StandIn.Read(task.Test, 1));
    }

    [Fact]
    public void The_first_task_can_keep_its_pixels()
    {
        TaskStream stream = StandIn.Create(new PermutedImages(new() { Tasks = 2, PermuteFirst = false }), StandIn.Twins), permuted = StandIn.Create(new PermutedImages(new() { Tasks = 2 }), StandIn.Twins);

        Assert.Equal("original", stream.Tasks[0].Name);
        Assert.Equal(StandIn.Twins.Train.Pixels(0).ToArray().Select(pixel => pixel / 255f), StandIn.Read(stream.Tasks[0].Train, 0));
        Assert.Equal(StandIn.ReadAll(permuted.Tasks[1].Train), StandIn.ReadAll(stream.Tasks[1].Train));
    }

    [Fact]
    public void Another_seed_draws_other_orders()
    {
        Samples one = StandIn.Create(new PermutedImages(new()), StandIn.Twins, seed: 1).Tasks[0].Train, two = StandIn.Create(new PermutedImages(new()), StandIn.Twins, seed: 2).Tasks[0].Train;

        Assert.NotEqual(StandIn.Read(one, 0), StandIn.Read(two, 0));
    }
}
