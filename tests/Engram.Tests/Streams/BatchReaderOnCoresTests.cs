using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Streams;

public sealed class BatchReaderOnCoresTests : IDisposable
{
    private const int Length = 500;

    public void Dispose() => NativeEngine.PrepareThread(1);

    [Fact]
    public void A_batch_is_the_same_whoever_reads_it()
    {
        int[] indices = [.. Enumerable.Range(0, 200).Select(i => (i * 37 + 5) % 211)];
        float[][] read = [.. new[] { 1, 2, 5 }.Select(threads =>
        {
            NativeEngine.PrepareThread(threads);
            using BatchReader reader = new([Length], 200, CPU);
            return reader.Read(new Rows(), indices).Inputs.data<float>().ToArray();
        })];

        Assert.Equal([.. indices.SelectMany(index => Enumerable.Range(0, Length).Select(i => Number(index, i)))], read[0]);
        Assert.Equal(read[0], read[1]);
        Assert.Equal(read[0], read[2]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_first_sample_that_cannot_be_read_is_named(int threads)
    {
        NativeEngine.PrepareThread(threads);
        using BatchReader reader = new([Length], 200, CPU);

        EngramException error = Assert.Throws<EngramException>(() => reader.Read(new Rows(37, 90, 188), [.. Enumerable.Range(0, 200)]));

        Assert.Equal("not-finite", error.Code);
        Assert.StartsWith("Sample 37 ", error.Message, StringComparison.Ordinal);
    }

    private static float Number(int sample, int place) => (sample * 31 + place) % 101;

    private sealed class Rows(params int[] broken) : Samples
    {
        public override int Count => 211;

        public override IReadOnlyList<long> InputShape => [Length];

        public override IReadOnlyList<int> Lessons => [0];

        internal override bool MayBeReadTogether => true;

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;

        public override void Read(int sample, Span<float> input)
        {
            for (int i = 0; i < input.Length; i++) input[i] = broken.Contains(sample) && i == 3 ? float.NaN : Number(sample, i);
        }
    }
}
