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
    public void Columns_that_are_added_are_those_of_each_sample_and_the_others_stay()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 1300, CPU, columns: 2);
        int[] slots = [.. Enumerable.Range(0, 1203)];
        Tensor numbers = randn(3, 2);
        for (int slot = 0; slot < slots.Length; slot += 3)
        {
            Batch batch = RandomBatch(3, [0, 1, 2]);
            for (int row = 0; row < 3; row++) memory.Store(slot + row, batch, row, numbers);
        }
        Tensor inputs = memory.Read(slots).Inputs.clone(), before = memory.ReadColumns(slots).clone();

        memory.AddColumns(5, some => some.flatten(1).narrow(1, 0, 5) + 1);

        Tensor after = memory.ReadColumns(slots);
        AssertEqual(before, after.narrow(1, 0, 2));
        AssertEqual(inputs.flatten(1).narrow(1, 2, 3) + 1, after.narrow(1, 2, 3));
        memory.Store(1203, RandomBatch(3, [0, 1, 2]), 1, tensor(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }).view(3, 5));
        AssertEqual(tensor(new float[] { 6, 7, 8, 9, 10 }), memory.ReadColumns([1203])[0]);
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
        Assert.Equal(source.InputShape, kept.InputShape);
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
        using Engram.Methods.Model model = new(Toy.Stream(), Toy.Network(3), new(1), CPU, 4);
        memory.Visit(state, model);
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
        using Engram.Methods.Model model = new(Toy.Stream(Scenario.Class, tasks: 3), Toy.Network(3), new(1), CPU, 4);
        memory.Visit(bag, model);

        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values), model);

        int[] slots = [69, 0, 3];
        AssertEqual(memory.Read(slots).Inputs, restored.Read(slots).Inputs);
        AssertEqual(memory.ReadColumns(slots), restored.ReadColumns(slots));
        Assert.Equal(memory.StoredBytes, restored.StoredBytes);
    }

    [Fact]
    public void It_grows_by_doubling_up_to_its_capacity_and_frees_what_it_outgrew()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 300, CPU, columns: 1);
        using Engram.Methods.Model model = Model();
        Batch batch = RandomBatch(1, [0]);
        List<SavedState> states = [];

        foreach (int slot in new[] { 0, 63, 64, 128, 256 })
        {
            memory.Store(slot, batch, 0, ones(1, 1));
            states.Add(new(state => memory.Visit(state, model)));
        }

        Assert.Equal([64L, 64, 128, 256, 300], states.Select(state => state.Tensors["inputs"].size(0)));
        Assert.All(states[^2].Owned, outgrown => Assert.True(outgrown.IsInvalid));
        Assert.All(states[^1].Owned, kept => Assert.Equal(300, kept.size(0)));
    }

    [Fact]
    public void A_slot_far_off_is_reached_at_once_and_one_before_it_leaves_the_number_used()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 300, CPU);
        Batch batch = RandomBatch(1, [0]);
        List<int> used = [];

        foreach (int slot in new[] { 200, 3, 200, 250, 299 })
        {
            memory.Store(slot, batch, 0);
            used.Add(memory.Used);
        }

        Assert.Equal([201, 201, 201, 251, 300], used);
        AssertEqual(batch.Inputs[0], memory.Read([3]).Inputs[0]);
    }

    [Fact]
    public void Batches_of_one_size_have_one_memory_and_a_ninth_size_frees_the_eight_before_it()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 9, CPU);
        for (int row = 0; row < 9; row++) memory.Store(row, RandomBatch(1, [0]), 0);
        int[] slots = [.. Enumerable.Range(0, 9)];
        Batch[] read = [.. Enumerable.Range(1, 8).Select(size => memory.Read(slots.AsSpan(0, size)))];

        Assert.Same(read[0].Inputs, memory.Read([5]).Inputs);
        Assert.All(read, batch => Assert.False(batch.Inputs.IsInvalid));
        memory.Read(slots);
        Assert.All(read, batch => Assert.True(batch.Inputs.IsInvalid && batch.Targets.IsInvalid));
    }

    [Fact]
    public void Columns_of_as_many_slots_have_one_memory()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 3, CPU, columns: 2);
        Batch batch = RandomBatch(3, [0]);
        for (int row = 0; row < 3; row++) memory.Store(row, batch, row, tensor(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }));

        Tensor two = memory.ReadColumns([2, 0]);
        Assert.Equal([5f, 6, 1, 2], two.data<float>().ToArray());
        Assert.Same(two, memory.ReadColumns([1, 2]));
        Assert.Equal([3f, 4, 5, 6], two.data<float>().ToArray());
        Assert.Equal([3f, 4], memory.ReadColumns([1]).data<float>().ToArray());
        Assert.True(two.IsInvalid);
    }

    [Fact]
    public void Once_freed_nothing_is_left_of_it()
    {
        using var scope = NewDisposeScope();
        SampleMemory memory = new([2, 3], 9, CPU, columns: 1);
        using Engram.Methods.Model model = Model();
        memory.Store(0, RandomBatch(1, [0]), 0, ones(1, 1));
        Batch read = memory.Read([0], RandomBatch(2, [0]));
        Tensor columns = memory.ReadColumns([0]);
        SavedState state = new(bag => memory.Visit(bag, model));

        memory.Dispose();

        Assert.Equal(4, state.Owned.Count);
        Assert.All([.. state.Owned, read.Inputs, read.Targets, columns], tensor => Assert.True(tensor.IsInvalid));
        Assert.Equal((0, 0L), (memory.Used, memory.StoredBytes));
        memory.Store(0, RandomBatch(1, [0]), 0, ones(1, 1)); // and it can be used again
        Assert.Equal(1, memory.Read([0]).Count);
    }

    [Fact]
    public void A_sample_without_its_columns_is_refused()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 9, CPU, columns: 2);

        Assert.Contains("keeps 2 numbers with each sample", Assert.Throws<ArgumentNullException>(() => memory.Store(0, RandomBatch(1, [0]), 0)).Message);
    }

    [Fact]
    public void A_checkpoint_whose_parts_do_not_fit_together_is_refused()
    {
        using var scope = NewDisposeScope();
        using SampleMemory memory = new([2, 3], 65, CPU, columns: 1);
        using Engram.Methods.Model model = Model();
        Batch batch = RandomBatch(64, [0]);
        for (int row = 0; row < 64; row++) memory.Store(row, batch, row, ones(64, 1));

        Refuse("0 to 65 is expected", state => state.With("used", "66"));
        Refuse("no more than the 64 samples that are there", state => state.With("used", "65"));
        Refuse("no more than the 64 samples that are there", state => state.With("used", "63"), capacity: 63);
        foreach (string part in new[] { "inputs", "targets", "tasks", "columns" }) Refuse("", state => state.With(part, (Tensor?)null));
        Refuse("all of a sample's parts", state => state.With("columns", (Tensor?)null));
        Refuse("shape [64, 2], but [64, 1]", state => state.With("columns", ones(64, 2)));
        Refuse("shape [63], but [64]", state => state.With("targets", zeros(63, dtype: int64)));
        Refuse("holds 6, but 0 to 5", state => state.With("targets", full([64], 6, dtype: int64))); // there are three tasks of two classes
        Refuse("holds 3, but 0 to 2", state => state.With("tasks", full([64], 3, dtype: int32)));
        Saved().With("targets", full([64], 5, dtype: int64)).With("tasks", full([64], 2, dtype: int32)).Restore(state => memory.Visit(state, model));
        Assert.Equal((5L, 2), (memory.Read([63]).Targets.item<long>(), memory.Task(63)));

        SavedState Saved() => new(state => memory.Visit(state, model));

        void Refuse(string expected, Action<SavedState> spoil, int capacity = 65)
        {
            using SampleMemory other = new([2, 3], capacity, CPU, columns: 1);
            SavedState saved = Saved();
            spoil(saved);
            saved.AssertRefused(expected, state => other.Visit(state, model));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_empty_memory_is_restored_as_such_whatever_it_held(int columns)
    {
        using var scope = NewDisposeScope();
        using SampleMemory empty = new([2, 3], 5, CPU, columns), other = new([2, 3], 5, CPU, columns);
        using Engram.Methods.Model model = Model();
        other.Store(4, RandomBatch(1, [0]), 0, ones(1, 1));

        new SavedState(state => empty.Visit(state, model)).Restore(state => other.Visit(state, model));

        Assert.Equal((0, 0L), (other.Used, other.StoredBytes));
    }

    private static Engram.Methods.Model Model() => new(Toy.Stream(Scenario.Class, tasks: 3), Toy.Network(3), new(1), CPU, 4);

    private static Batch RandomBatch(int count, int[] tasks) => new(randn(count, 2, 3), randint(0, Toy.Classes, count, dtype: int64), tasks);

    private static void AssertEqual(Tensor expected, Tensor actual) => Assert.True(expected.eq(actual).all().item<bool>());
}
