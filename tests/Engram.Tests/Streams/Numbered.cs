using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>Samples that tell who they are: all numbers of sample i of task t are 100 t + i, and its target is i.</summary>
internal sealed class Numbered(int task, int count, long[] shape) : Samples
{
    public override int Count => count;

    public override IReadOnlyList<long> InputShape => shape;

    public override IReadOnlyList<int> Lessons => [task];

    public override void Read(int sample, Span<float> input) => input.Fill(100 * task + sample);

    public override int Target(int sample) => sample;

    public override int Task(int sample) => task;
}
