using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class DigitsTests
{
    [Fact]
    public void An_image_does_not_depend_on_how_many_are_drawn()
    {
        ImageDataset few = Digits.Generate(train: 30, test: 20), more = Digits.Generate(train: 101, test: 45);

        Assert.Equal(few.Train.AllPixels, more.Train.AllPixels[..(30 * 784)]);
        Assert.Equal(few.Train.Labels, more.Train.Labels[..30]);
        Assert.Equal(few.Test.AllPixels, more.Test.AllPixels[..(20 * 784)]);
    }

    [Fact]
    public void Each_ten_images_hold_every_digit_once()
    {
        ImageDataset data = Digits.Generate(train: 200, test: 0);

        foreach (byte[] ten in data.Train.Labels.ToArray().Chunk(10)) Assert.Equal(10, ten.Distinct().Count());
        Assert.Equal(0, data.Test.Count);
    }

    [Fact]
    public void Training_and_test_images_all_differ_and_show_ink_on_paper()
    {
        ImageDataset data = Digits.Generate(train: 500, test: 500);

        IEnumerable<byte[]> images = new[] { data.Train, data.Test }.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => part.Pixels(i).ToArray()));

        Assert.Equal(1000, images.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(images, pixels => Assert.InRange(pixels.Count(grey => grey > 127), 10, 300));
    }

    [Fact]
    public async Task Without_a_cache_folder_the_digits_still_load_but_getting_them_is_an_error()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["file"], "in the way", TestContext.Current.CancellationToken);
        DataFolders folders = new(folder["file"]);
        using HttpClient unused = new();

        Assert.Equal(60_000, Digits.Source.Load(folders).Train.Count);
        EngramException error = await Assert.ThrowsAsync<EngramException>(
            () => Digits.Source.GetAsync(folders, unused, cancellation: TestContext.Current.CancellationToken));

        Assert.Equal(("cannot-write", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains(folder["file"], error.Message);
    }

    // Making the cache compares every byte with the published checksums, so this is also the test that this machine draws the same digits as all others.
    [Fact]
    public async Task The_cache_holds_the_published_bytes_and_a_damaged_file_is_named_and_made_anew_once_deleted()
    {
        using TemporaryFolder folder = new();
        DataFolders folders = new(folder["cache"]);
        using HttpClient unused = new();

        string place = await Digits.Source.GetAsync(folders, unused, cancellation: TestContext.Current.CancellationToken);
        ImageDataset loaded = Digits.Source.Load(folders), drawn = Digits.Generate(train: 50, test: 50);

        Assert.Equal(place, Digits.Source.Find(folders));
        Assert.Equal(drawn.Train.AllPixels, loaded.Train.AllPixels[..(50 * 784)]);
        Assert.Equal((60_000, 10_000), (loaded.Train.Count, loaded.Test.Count));

        string damaged = Path.Combine(place, "t10k-labels-idx1-ubyte");
        await File.WriteAllBytesAsync(damaged, new byte[99], TestContext.Current.CancellationToken);
        EngramException error = Assert.Throws<EngramException>(() => Digits.Source.Load(folders));
        Assert.Equal("corrupt-data", error.Code);
        Assert.Contains($"'{damaged}'", error.Message);

        File.Delete(damaged);
        await Digits.Source.GetAsync(folders, unused, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(loaded.Test.Labels, Digits.Source.Load(folders).Test.Labels);
        Assert.Equal(4, Directory.GetFiles(place).Length);
    }
}
