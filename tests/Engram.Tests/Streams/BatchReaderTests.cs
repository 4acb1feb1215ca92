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

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 5)]
    [InlineData(float.NaN, 12)]
    [InlineData(float.NegativeInfinity, 16)]
    [InlineData(float.NaN, 18)]
    public void What_is_no_number_is_refused_with_its_sample_and_place(float value, int place)
    {
        using BatchReader reader = new([19], 4, CPU);
        Broken samples = new(value, place);

        Assert.Equal(3, reader.Read(samples, [0, 1, 3]).Count);
        EngramException error = Assert.Throws<EngramException>(() => reader.Read(samples, [1, 2]));
        Assert.Equal(("not-finite", $"Sample 2 of task 3 has {value} as number {place} of its input, counted from 0; inputs must be finite. Mend the sample or leave it out."), (error.Code, error.Message));
    }

    private sealed class Broken(float value, int place) : Samples
    {
        public override int Count => 4;

        public override IReadOnlyList<long> InputShape => [19];

        public override IReadOnlyList<int> Lessons => [2];

        public override void Read(int sample, Span<float> input)
        {
            input.Fill(sample == 1 ? float.MaxValue : -1);
            if (sample == 2) input[place] = value;
        }

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 2;
    }
}
