using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class SampleMemoryTests
{
    [Fact]
    public void What_was_stored_is_read_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 300, CPU, columns: 4);
        Batch batch = RandomBatch(5, [0, 1, 2, 1, 0]);
        Tensor numbers = randn(5, 4);
        for (int row = 0; row < 5; row++) memory.Store(290 - 7 * row, batch, row, numbers);
        int[] slots = [290 - 21, 290, 290 - 21];

        Batch read = memory.Read(slots);

        Assert.Equal([3L, 2, 3], read.Inputs.shape);
        AssertEqual(batch.Inputs[3], read.Inputs[0]);
        AssertEqual(batch.Inputs[0], read.Inputs[1]);
        Assert.Equal([batch.Targets[3].item<long>(), batch.Targets[0].item<long>(), batch.Targets[3].item<long>()], read.Targets.data<long>().ToArray());
        Assert.Equal([1, 0, 1], read.Tasks);
        AssertEqual(numbers[0], memory.ReadColumns(slots)[1]);
    }

    [Fact]
    public void The_current_batch_can_stand_before_what_is_read()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 4, CPU);
        Batch old = RandomBatch(2, [0]), current = RandomBatch(3, [1]);
        memory.Store(0, old, 0);
        memory.Store(1, old, 1);

        Batch both = memory.Read([1, 0], current);

        AssertEqual(cat([current.Inputs, old.Inputs.flip(0)]), both.Inputs);
        AssertEqual(cat([current.Targets, old.Targets.flip(0)]), both.Targets);
        Assert.Equal([1, 1, 1, 0, 0], both.Tasks);
    }

    [Fact]
    public void Kept_samples_are_a_set_that_stands_for_no_task()
    {
        Samples source = Toy.Stream().Tasks[1].Train;
        using SampleMemory memory = new(source.InputShape, 3, CPU);
        memory.Store(2, source, 5);
        Samples kept = memory.Samples([2, 2]);
        float[] expected = new float[Toy.Side * Toy.Side], actual = new float[Toy.Side * Toy.Side];
        source.Read(5, expected);
        kept.Read(1, actual);

        Assert.Equal(expected, actual);
        Assert.Equal((2, source.Target(5), 1), (kept.Count, kept.Target(1), kept.Task(0)));
        Assert.Empty(kept.Lessons);
    }

    [Fact]
    public void Bytes_count_slots_in_use_and_a_large_budget_takes_no_memory_in_advance()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], int.MaxValue, CPU, columns: 2);
        Assert.Equal(0, memory.StoredBytes);

        memory.Store(0, RandomBatch(1, [0]), 0, zeros(1, 2));

        Assert.Equal(4 * 6 + 4 * 2 + 8 + 4, memory.StoredBytes);
        Assert.Equal(memory.StoredBytes, SampleMemory.BytesPerSample([2, 3], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Store(-1, RandomBatch(1, [0]), 0, zeros(1, 2)));
    }

    [Fact]
    public void More_than_two_gigabytes_are_refused_before_they_are_taken()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], int.MaxValue, CPU);

        Assert.Contains("set method.memory.samples to 89478485 or less", Assert.Throws<EngramException>(() => memory.Store(int.MaxValue / 24, RandomBatch(1, [0]), 0)).Message);
    }

    [Fact]
    public void A_memory_that_was_saved_reads_the_same()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 100, CPU, columns: 1), restored = new([2, 3], 100, CPU, columns: 1);
        Batch batch = RandomBatch(70, [0]);
        for (int row = 0; row < 70; row++) memory.Store(row, batch, row, batch.Inputs.flatten(1).narrow(1, 0, 1).contiguous());
        StateBag bag = new();
        using Engram.Methods.Learner learner = new(Toy.Stream(Scenario.Class, tasks: 3), Toy.Network(3), new(1), CPU, 4);
        memory.Visit(bag, learner);

        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values), learner);

        int[] slots = [69, 0, 3];
        AssertEqual(memory.Read(slots).Inputs, restored.Read(slots).Inputs);
        AssertEqual(memory.ReadColumns(slots), restored.ReadColumns(slots));
        Assert.Equal(memory.StoredBytes, restored.StoredBytes);
    }

    private static Batch RandomBatch(int count, int[] tasks) => new(randn(count, 2, 3), randint(0, Toy.Classes, count, dtype: int64), tasks);

    private static void AssertEqual(Tensor expected, Tensor actual) => Assert.True(expected.eq(actual).all().item<bool>());
}
