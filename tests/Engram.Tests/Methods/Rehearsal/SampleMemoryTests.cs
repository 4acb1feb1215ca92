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
    public void A_memory_that_grows_keeps_what_it_had()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 300, CPU, columns: 2);
        Batch batch = RandomBatch(200, [.. Enumerable.Range(0, 200).Select(row => row % 3)]);
        Tensor numbers = randn(200, 2);

        for (int row = 0; row < 200; row++) memory.Store(row, batch, row, numbers);

        int[] all = [.. Enumerable.Range(0, 200)];
        Batch read = memory.Read(all);
        AssertEqual(batch.Inputs, read.Inputs);
        AssertEqual(batch.Targets, read.Targets);
        Assert.Equal(batch.Tasks, read.Tasks);
        AssertEqual(numbers, memory.ReadColumns(all));
        Assert.Equal(200 * SampleMemory.BytesPerSample([2, 3], 2), memory.StoredBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Store(300, batch, 0, numbers));
    }

    [Fact]
    public void Batches_of_any_number_of_sizes_are_read_in_turn()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 20, CPU, columns: 1);
        Batch old = RandomBatch(20, [0]), current = RandomBatch(3, [1, 0, 1]);
        Tensor numbers = randn(20, 1);
        for (int row = 0; row < 20; row++) memory.Store(row, old, row, numbers);

        foreach (int size in Enumerable.Range(1, 20).Concat([1, 20]))
        {
            int[] slots = [.. Enumerable.Range(0, size)];
            Batch both = memory.Read(slots, current);
            AssertEqual(cat([current.Inputs, old.Inputs.narrow(0, 0, size)]), both.Inputs);
            AssertEqual(cat([current.Targets, old.Targets.narrow(0, 0, size)]), both.Targets);
            Assert.Equal([1, 0, 1, .. Enumerable.Repeat(0, size)], both.Tasks); // each row's own
            Assert.Equal([0], memory.Read(slots).Tasks); // one for all where all are of one task
            AssertEqual(numbers.narrow(0, 0, size), memory.ReadColumns(slots));
        }
    }

    [Fact]
    public void Rows_that_do_not_lie_in_a_row_are_stored_alike()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 5, CPU);
        Batch batch = RandomBatch(5, [0]) with { Inputs = randn(5, 3, 2).transpose(1, 2) };

        for (int row = 0; row < 5; row++) memory.Store(row, batch, row);

        AssertEqual(batch.Inputs, memory.Read([0, 1, 2, 3, 4]).Inputs);
    }

    [Fact]
    public void A_policy_is_offered_each_sample_with_its_own_task_and_class()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 8, CPU);
        BalancedPolicy policy = new(8);
        Batch batch = new(randn(6, 2, 3), tensor(new long[] { 7, 8, 7, 9, 7, 8 }), [0, 0, 1, 1, 0, 0]);

        memory.Offer(policy, batch, 5, new(1)); // without the last

        Assert.Equal([2, 1, 1, 1], [policy.SlotsOf(0, 7).Count, policy.SlotsOf(0, 8).Count, policy.SlotsOf(1, 7).Count, policy.SlotsOf(1, 9).Count]);
        int slot = Assert.Single(policy.SlotsOf(1, 9));
        AssertEqual(batch.Inputs[3], memory.Read([slot]).Inputs[0]);
        Assert.Equal((9, 1), (memory.Read([slot]).Targets.item<long>(), memory.Task(slot)));
    }

    [Fact]
    public void A_whole_set_is_offered_in_random_order_and_every_choice_is_stored()
    {
        using var scope = NewDisposeScope();
        Samples source = Toy.Stream().Tasks[1].Train;
        using SampleMemory memory = new(source.InputShape, 10, CPU);
        ReservoirPolicy policy = new(10);

        memory.Offer(policy, source, new(1));

        float[][] all = [.. Enumerable.Range(0, source.Count).Select(sample => { float[] input = new float[144]; source.Read(sample, input); return input; })];
        float[][] kept = [.. memory.Read([.. policy.Slots]).Inputs.flatten(1).unbind().Select(row => row.data<float>().ToArray())];
        int[] chosen = [.. kept.Select(input => Array.FindIndex(all, one => one.SequenceEqual(input)))];
        Assert.Equal((10, source.Count), (chosen.Distinct().Count(), policy.Seen));
        Assert.All(chosen, sample => Assert.InRange(sample, 0, source.Count - 1));
        Assert.NotEqual(Enumerable.Range(0, 10), chosen);
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

        StateBag state = new();
        using Engram.Methods.Learner learner = new(Toy.Stream(), Toy.Network(3), new(1), CPU, 4);
        memory.Visit(state, learner);
        Assert.Equal(64, state.Tensors["inputs"].size(0));
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
