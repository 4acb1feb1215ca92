using Engram.Datasets;

namespace Engram.Tests.Datasets;

/// <summary>The published data sets, where they are at hand: set <c>ENGRAM_DATA</c> to the folder that holds them.</summary>
public sealed class PublishedDataTests
{
    public static TheoryData<string, byte[], byte[], int[]> Facts => new()
    {
        { "mnist", [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9], [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949] },
        { "fashion-mnist", [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7], [.. Enumerable.Repeat(6000, 10)] },
        { "cifar-10", [], [], [.. Enumerable.Repeat(5000, 10)] },
        { "cifar-100", [], [], [.. Enumerable.Repeat(500, 100)] },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void The_published_data_set_loads_with_its_known_labels_and_counts(string id, byte[] firstTrain, byte[] firstTest, int[] trainPerClass)
    {
        ImageDatasetSource source = DatasetCatalog.Find<ImageDatasetSource>(id);
        string? variable = Environment.GetEnvironmentVariable("ENGRAM_DATA");
        Assert.SkipUnless(variable is not null && source.Find(new(variable)) is not null, $"ENGRAM_DATA names no folder that holds '{id}'.");

        ImageDataset data = source.Load(new(variable!));

        Assert.Equal((trainPerClass.Sum(), 10_000), (data.Train.Count, data.Test.Count));
        Assert.Equal(firstTrain, data.Train.Labels[..firstTrain.Length].ToArray());
        Assert.Equal(firstTest, data.Test.Labels[..firstTest.Length].ToArray());
        Assert.Equal(trainPerClass, Enumerable.Range(0, trainPerClass.Length).Select(label => data.Train.Labels.Count((byte)label)));
    }
}
