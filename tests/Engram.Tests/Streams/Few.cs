using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>Some of a set's samples.</summary>
internal sealed class Few(Samples all, int[] chosen) : Samples
{
    public override int Count => chosen.Length;

    public override IReadOnlyList<long> InputShape => all.InputShape;

    public override IReadOnlyList<int> Lessons => all.Lessons;

    public override void Read(int sample, Span<float> input) => all.Read(chosen[sample], input);

    public override int Target(int sample) => all.Target(chosen[sample]);

    public override int Task(int sample) => all.Task(chosen[sample]);
}
