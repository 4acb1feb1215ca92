using Engram.Pretrained;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Pretrained;

/// <summary>One frozen network before the streams of many trials.</summary>
public class FrozenNetworkTests
{
    [Fact]
    public void What_one_stream_needed_is_not_computed_again_for_another_or_by_another_program()
    {
        using TemporaryFolder folder = new();
        Sums sums = new(), later = new();
        using (FrozenNetwork network = new(sums, folder.Path))
        {
            TaskStream first = network.See(Stream(1, 2, 3), "sums", null), second = network.See(Stream(3, 2, 4), "sums", null);

            Assert.Equal(4 + 1, sums.Computed.Count); // 1, 2, 3 and the test sample; then 4
            Assert.Equal([3, 9], Read(first.Tasks[0].Train, 2));
            Assert.Equal([3, 9], Read(second.Tasks[0].Train, 0));
        }
        using (FrozenNetwork network = new(later, folder.Path)) Assert.Equal([4, 16], Read(network.See(Stream(4, 1), "sums", null).Tasks[0].Train, 0));

        Assert.Empty(later.Computed);
    }

    [Fact]
    public void A_stream_says_what_it_is_seen_through()
    {
        using TemporaryFolder folder = new();
        using FrozenNetwork network = new(new Sums(), folder.Path);
        TaskStream stream = Stream(1, 2);
        stream.Remarks = ["of the data"];

        TaskStream seen = network.See(stream, "/models/sums.onnx", null);

        Assert.Equal(["of the data", "Samples are seen through sums.onnx, 2 features each."], seen.Remarks);
        Assert.Equal("""{"kind":"features","network":"sums:1","of":null}""", seen.Inputs!.ToJsonString());
        Assert.Equal([2], seen.InputShape);
    }

    [Fact]
    public void Threads_that_ask_at_once_get_the_same_and_it_is_computed_once()
    {
        using TemporaryFolder folder = new();
        Sums sums = new();
        using FrozenNetwork network = new(sums, folder.Path);
        float[] numbers = [.. Enumerable.Range(1, 50).Select(i => (float)i)];

        TaskStream[] seen = new TaskStream[8];
        Parallel.For(0, seen.Length, i => seen[i] = network.See(Stream(numbers), "sums", null));

        Assert.Equal(51, sums.Computed.Count);
        Assert.All(seen, one => Assert.Equal([7, 49], Read(one.Tasks[0].Train, 6)));
    }

    private static TaskStream Stream(params float[] numbers)
    {
        ArraySamples train = new([.. numbers.Select(number => new[] { number })], [.. numbers.Select(_ => 0)]), test = new([[1000]], [0]);
        return new("listed", Scenario.Class, [new(0, "one", train, null, test, [0])]);
    }

    private static float[] Read(Samples samples, int sample)
    {
        float[] input = new float[2];
        samples.Read(sample, input);
        return input;
    }
}
