using Engram.Methods.Rehearsal;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class GreedyPolicyTests
{
    [Fact]
    public void Classes_share_the_capacity_however_many_samples_each_has()
    {
        Memory memory = new(new GreedyPolicy(10));

        memory.Pass(0, 100);
        Assert.Equal([10], memory.Counts(0));
        memory.Pass(1, 3);
        Assert.Equal([7, 3], memory.Counts(0, 1));
        memory.Pass(1, 50);
        Assert.Equal([5, 5], memory.Counts(0, 1));
        memory.Pass(2, 50);

        Assert.Equal([3, 3, 4], memory.Counts(0, 1, 2)); // a class is let in while it has fewer than 10/3
    }

    [Fact]
    public void What_was_kept_is_never_replaced_by_more_of_its_class_and_classes_that_come_again_are_the_same_class()
    {
        Memory memory = new(new GreedyPolicy(6));
        memory.Pass(0, 3, task: 0);
        memory.Pass(1, 3, task: 0);
        int[] kept = [.. memory.Kept];

        memory.Pass(0, 50, task: 1);
        memory.Pass(1, 50, task: 2);

        Assert.Equal(kept, memory.Kept);
    }

    [Fact]
    public void Which_of_the_largest_class_goes_is_chance()
    {
        HashSet<string> survivors = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            Memory memory = new(new GreedyPolicy(4), seed);
            memory.Pass(0, 4);
            memory.Pass(1, 2);
            survivors.Add(string.Join(',', memory.Kept.Where(sample => sample < 4).Order()));
        }

        Assert.True(survivors.Count > 3, string.Join(' ', survivors));
    }

    [Fact]
    public void A_quota_lets_the_memory_grow_with_the_classes()
    {
        Memory memory = new(new GreedyPolicy(int.MaxValue, 2));
        foreach (int label in new[] { 0, 1, 2 }) memory.Pass(label, 5);

        Assert.Equal([2, 2, 2], memory.Counts(0, 1, 2));
    }

    [Fact]
    public void Saved_it_goes_on_with_the_same_choices()
    {
        Memory straight = new(new GreedyPolicy(5)), restored = new(new GreedyPolicy(5));
        straight.Pass(0, 7);
        SavedState saved = new(state => straight.Policy.Visit(state));
        restored.Pass(0, 7);

        saved.Restore(state => restored.Policy.Visit(state));
        foreach (Memory memory in new[] { straight, restored }) memory.Pass(1, 9);

        Assert.Equal(straight.Kept, restored.Kept);
    }

    // What is in each slot, by a number that samples get as they pass.
    private sealed class Memory(GreedyPolicy policy, ulong seed = 1)
    {
        private readonly Dictionary<int, (int Sample, int Label)> slots = [];
        private int passed;

        public GreedyPolicy Policy => policy;

        public IEnumerable<int> Kept => policy.Slots.Select(slot => slots[slot].Sample);

        public void Pass(int label, int count, int task = 0)
        {
            for (int i = 0; i < count; i++, passed++)
                if (policy.Place(task, label, new Seed(seed).For("place", step: passed)) is >= 0 and var slot) slots[slot] = (passed, label);
        }

        public int[] Counts(params int[] labels) => [.. labels.Select(label => policy.Slots.Count(slot => slots[slot].Label == label))];
    }
}
