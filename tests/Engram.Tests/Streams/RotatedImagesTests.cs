using Engram.Datasets;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class RotatedImagesTests
{
    private static readonly LabeledImages Letter = StandIn.Images(3, 3, [
        1, 2, 3,
        4, 5, 6,
        7, 8, 9]);

    [Theory]
    [InlineData(0, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(90, new byte[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 })]
    [InlineData(180, new byte[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData(270, new byte[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 })]
    [InlineData(-90, new byte[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 })]
    public void A_quarter_turn_is_exact_and_goes_against_the_clock(double degrees, byte[] expected)
    {
        Samples samples = StandIn.Create(new RotatedImages(new() { Tasks = 1, Angles = [degrees] }), new(Letter, Letter, ["all"])).Tasks[0].Train;

        Assert.Equal(expected.Select(pixel => (double)pixel), StandIn.Read(samples, 0).Select(pixel => Math.Round(255.0 * pixel, 3)));
    }

    [Fact]
    public void Four_quarter_turns_of_an_even_side_give_the_image_back()
    {
        int[] turn = ImageView.Rotation(StandIn.Twins.Train, 90), twice = [.. turn.Select(source => turn[source])];

        Assert.Equal(Enumerable.Range(0, 144), twice.Select(source => twice[source]));
    }

    [Fact]
    public void Corners_come_in_as_background()
    {
        Samples samples = StandIn.Create(new RotatedImages(new() { Tasks = 1, Angles = [45] }), StandIn.Greys).Tasks[0].Train;

        float[] input = StandIn.Read(samples, 9);

        Assert.Equal([0, 0, 0, 0], new[] { input[0], input[11], input[132], input[143] });
        Assert.Equal(10f / 255, input[6 * 12 + 6]);
    }

    [Fact]
    public void Each_task_draws_its_angle_from_its_own_part_of_the_span()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            TaskStream stream = StandIn.Create(new RotatedImages(new() { Tasks = 4, Span = 120 }), StandIn.Greys, seed);

            Assert.All(stream.Tasks, task => Assert.InRange(double.Parse(task.Name.Split(' ')[0]), 30 * task.Index - 0.051, 30 * task.Number + 0.051));
        }
    }

    [Fact]
    public void One_angle_per_task_is_demanded()
    {
        string[] problems = [.. new RotatedImages.Options { Tasks = 3, Angles = [0, 90] }.Problems("stream")];

        Assert.Equal("stream.angles has 2 angles but there are 3 tasks; give one angle per task.", Assert.Single(problems));
    }
}
