using CsCheck;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class UnionSamplesTests
{
    [Fact]
    public void A_union_is_its_parts_one_after_the_other() => Gen.Int[0, 5].List[1, 6].Sample(counts =>
    {
        Samples[] parts = [.. counts.Select((count, task) => new Numbered(task, count, [2]))];
        UnionSamples union = new(parts);

        Assert.Equal(counts.Sum(), union.Count);
        var expected = parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(sample => (part.Task(sample), part.Target(sample), StandIn.Read(part, sample)[1])));
        Assert.Equal(expected, Enumerable.Range(0, union.Count).Select(sample => (union.Task(sample), union.Target(sample), StandIn.Read(union, sample)[1])));
    });

    [Fact]
    public void It_stands_for_the_training_time_of_each_part_once()
    {
        UnionSamples pair = new([new Numbered(0, 3, [1]), new Numbered(1, 3, [1])]);

        Assert.Equal([0, 1, 2], new UnionSamples([pair, new Numbered(1, 2, [1]), new Numbered(2, 2, [1])]).Lessons);
    }

    [Fact]
    public void Nothing_and_parts_of_different_shapes_have_no_union()
    {
        Assert.Throws<ArgumentException>(() => new UnionSamples([]));
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => new UnionSamples([new Numbered(0, 3, [2]), new Numbered(1, 3, [3])])).Message);
    }
}
