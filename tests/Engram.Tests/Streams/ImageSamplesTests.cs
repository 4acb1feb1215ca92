using Engram.Datasets;
using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>Pixels that come from other places.</summary>
public sealed class ImageSamplesTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(64)] // 4,096 pixels and more are copied elsewhere than on the stack
    [InlineData(100)]
    public void Every_pixel_comes_from_its_place_and_what_comes_from_nowhere_is_black(int side)
    {
        int[] places = new Seed(7).For("places", 0).Permutation(side * side);
        for (int i = 0; i < places.Length; i += 5) places[i] = -1;
        LabeledImages images = Images(2, side);

        ImageSamples samples = Of(images, places);

        for (int image = 0; image < 2; image++)
            Assert.Equal(places.Select(place => (place < 0 ? 0 : images.Pixels(image)[place]) / 255f), StandIn.Read(samples, image));
    }

    [Fact]
    public void The_first_and_the_last_pixel_can_be_taken_everywhere()
    {
        LabeledImages images = Images(1, 4);

        Assert.Equal(Enumerable.Repeat(images.Pixels(0)[0] / 255f, 16), StandIn.Read(Of(images, [.. Enumerable.Repeat(0, 16)]), 0));
        Assert.Equal(Enumerable.Repeat(images.Pixels(0)[15] / 255f, 16), StandIn.Read(Of(images, [.. Enumerable.Repeat(15, 16)]), 0));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_place_that_no_image_has_is_refused(int place)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Of(Images(1, 4), [.. Enumerable.Range(0, 15), place]));

        Assert.StartsWith($"Pixel 15 is taken from place {place}, but images have places 0 to 15, and -1 is background.", error.Message);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(17)]
    public void More_or_fewer_places_than_pixels_are_refused(int count) =>
        Assert.StartsWith($"There are places for {count} pixels, but 1x4x4 needs 16.", Assert.Throws<ArgumentException>(() => Of(Images(1, 4), new int[count])).Message);

    [Fact]
    public void Places_of_every_way_that_images_vary_are_looked_at()
    {
        ImageVariation variation = new([[.. Enumerable.Range(0, 16)], [.. Enumerable.Range(1, 16)]], image => image % 2);

        Assert.Throws<ArgumentException>(() => new ImageSamples(Images(2, 4), [0, 1], [0], new(0, 1, 4, 4, null, null, variation), 0));
    }

    [Fact]
    public void Places_that_somebody_changes_afterwards_change_nothing()
    {
        int[] places = [.. Enumerable.Range(0, 16)];
        ImageSamples samples = Of(Images(1, 4), places);
        float[] before = StandIn.Read(samples, 0);

        places[3] = 1_000_000;

        Assert.Equal(before, StandIn.Read(samples, 0));
    }

    private static ImageSamples Of(LabeledImages images, int[] places) =>
        new(images, [.. Enumerable.Range(0, images.Count)], [0], new(0, 1, images.Height, images.Width, places, null), 0);

    private static LabeledImages Images(int count, int side)
    {
        byte[] pixels = new byte[count * side * side];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 31 % 255 + 1); // never black
        return new(pixels, new byte[count], 1, side, side);
    }
}
