using System.Text.Json.Nodes;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>Streams on made-up images in place of a data set.</summary>
internal static class StandIn
{
    public static Catalogs Catalogs { get; } = new();

    /// <summary>The image streams of the catalog.</summary>
    public static TheoryData<string> Ids => [.. Catalogs.Streams.Streams.Where(stream => stream.Dataset.Length > 0).Select(stream => stream.Id)];

    /// <summary>Ten classes of 12x12; every image is of one grey that no other image has: 1 to 100 for training, 151 to 190 for tests.</summary>
    public static ImageDataset Greys { get; } = new(Grey(1, 100), Grey(151, 40), Names(10));

    /// <summary>Random pixels, and the same images for training and tests.</summary>
    public static ImageDataset Twins { get; } = Twin();

    public static IReadOnlyList<string> Names(int count) => [.. Enumerable.Range(0, count).Select(label => $"{label}")];

    /// <summary>A stream of the catalog, with its noise turned off where it has some.</summary>
    public static TaskStream Create(string id, ImageDataset images, JsonObject? settings = null, ulong seed = 1)
    {
        NamedStream named = Catalogs.Streams.Find(id);
        JsonObject json = settings ?? [];
        if (named.Entry.Settings.Find("noise") is not null) json["noise"] = 0;
        List<string> problems = [];
        object options = named.Entry.Settings.Bind(json, "stream", problems);
        Assert.Empty(problems);
        return Catalogs.Streams.Create(named, options).Create(new(named.Id, named.Dataset, _ => images, new(seed)));
    }

    public static TaskStream Create(StreamDefinition stream, ImageDataset images, ulong seed = 1) => stream.Create(new("test", "stand-in", _ => images, new(seed)));

    public static float[] Read(Samples samples, int sample)
    {
        float[] input = new float[samples.InputShape.Aggregate(1, (product, size) => product * (int)size)];
        Array.Fill(input, float.NaN); // every number must be written
        samples.Read(sample, input);
        return input;
    }

    public static float[][] ReadAll(Samples samples) => [.. Enumerable.Range(0, samples.Count).Select(sample => Read(samples, sample))];

    public static int[] Targets(Samples samples) => [.. Enumerable.Range(0, samples.Count).Select(samples.Target)];

    /// <summary>One 8-bit image set from numbers row by row.</summary>
    public static LabeledImages Images(int height, int width, params byte[][] images) =>
        new([.. images.SelectMany(image => image)], [.. images.Select((_, i) => (byte)i)], 1, height, width);

    private static LabeledImages Grey(int first, int count) => new(
        [.. Enumerable.Range(first, count).SelectMany(grey => Enumerable.Repeat((byte)grey, 144))], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))], 1, 12, 12);

    private static ImageDataset Twin()
    {
        RandomSource random = new(5);
        LabeledImages images = new([.. Enumerable.Range(0, 40 * 144).Select(_ => (byte)random.NextInt(256))], [.. Enumerable.Range(0, 40).Select(i => (byte)(i % 10))], 1, 12, 12);
        return new(images, images, Names(10));
    }
}
