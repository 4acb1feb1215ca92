using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Streams;

public sealed class BatchReaderTests
{
    public BatchReaderTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void A_batch_holds_the_samples_asked_for_in_their_order()
    {
        using BatchReader reader = new([2, 3], 4, CPU);

        Batch batch = reader.Read(new Numbered(1, 9, [2, 3]), [7, 0, 3]);

        Assert.Equal([3, 2, 3], batch.Inputs.shape);
        Assert.Equal([107, 100, 103], batch.Inputs.mean([1, 2]).data<float>().ToArray());
        Assert.Equal([7, 0, 3], batch.Targets.data<long>().ToArray());
        Assert.Equal(3, batch.Count);
        Assert.Equal([1], batch.Tasks);
    }

    [Fact]
    public void Samples_of_several_tasks_name_the_task_of_each()
    {
        using BatchReader reader = new([1], 4, CPU);
        UnionSamples union = new([new Numbered(0, 2, [1]), new Numbered(2, 2, [1])]);

        Assert.Equal([0, 2, 0], reader.Read(union, [1, 2, 0]).Tasks);
        Assert.Equal([2], reader.Read(union, [2, 3]).Tasks);
    }

    [Fact]
    public void Batches_of_one_size_share_their_buffers()
    {
        using BatchReader reader = new([1], 4, CPU);
        Numbered samples = new(0, 9, [1]);

        Batch first = reader.Read(samples, [1, 2, 3, 4]), small = reader.Read(samples, [8]), second = reader.Read(samples, [5, 6, 7, 8]);

        Assert.Same(first.Inputs, second.Inputs);
        Assert.NotSame(first.Inputs, small.Inputs);
        Assert.Equal([5, 6, 7, 8], first.Inputs.data<float>().ToArray());
    }
}
