using System.Text.Json.Nodes;
using CsCheck;
using Engram.Methods.Rehearsal;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class MemoryPolicyTests
{
    [Fact]
    public void A_reservoir_keeps_every_sample_with_the_same_probability()
    {
        const int capacity = 10, seen = 50, repeats = 4000;
        int[] times = new int[seen];
        for (int repeat = 0; repeat < repeats; repeat++)
            foreach (int sample in Pass(new ReservoirPolicy(capacity), Enumerable.Range(0, seen).Select(_ => (0, 0)), new((ulong)repeat))) times[sample]++;

        AssertUniform(times, (double)repeats * capacity / seen);
    }

    [Fact]
    public void A_balanced_memory_keeps_the_samples_of_a_class_with_the_same_probability()
    {
        const int repeats = 4000;
        int[] times = new int[40];
        for (int repeat = 0; repeat < repeats; repeat++)
            foreach (int sample in Pass(new BalancedPolicy(8), Enumerable.Range(0, 40).Select(i => (0, i % 2)), new((ulong)repeat))) times[sample]++;

        AssertUniform(times, repeats * 8.0 / 40);
    }

    [Fact]
    public void A_balanced_memory_whose_classes_cannot_be_equal_keeps_early_samples_too()
    {
        // Seven slots for two classes: one class has four, the other three. A slot that went back and forth would leave none of the early samples.
        const int repeats = 4000, seen = 40;
        int[] times = new int[seen];
        for (int repeat = 0; repeat < repeats; repeat++)
            foreach (int sample in Pass(new BalancedPolicy(7), Enumerable.Range(0, seen).Select(i => (0, i % 2)), new((ulong)repeat))) times[sample]++;

        int[] even = [.. times.Where((_, sample) => sample % 2 == 0)], odd = [.. times.Where((_, sample) => sample % 2 == 1)];
        Assert.Equal(repeats * 7, even.Sum() + odd.Sum());
        AssertUniform(even, even.Average());
        AssertUniform(odd, odd.Average());
    }

    [Fact]
    public void A_balanced_memory_has_counts_that_differ_by_one_at_most_in_whatever_order_classes_come() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 5].Array[1, 12], Gen.ULong).Sample((capacity, order, seed) =>
        {
            BalancedPolicy policy = new(capacity);
            int[] classes = [.. order.Distinct()];
            if (capacity < classes.Length) return;
            RandomSource random = new(seed);
            foreach (int label in order)
                for (int i = 0; i < capacity; i++) policy.Place(0, label, random); // enough of each for the whole memory

            int[] counts = [.. classes.Select(label => policy.SlotsOf(0, label).Count)];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
            Assert.Equal(capacity, counts.Sum());
            Assert.Equal(capacity, policy.Count);
        });

    [Fact]
    public void A_quota_holds_for_each_class_and_a_small_class_keeps_all_it_has()
    {
        BalancedPolicy policy = new(int.MaxValue, quota: 5);
        int[] kept = Pass(policy, Enumerable.Repeat((0, 0), 100).Concat(Enumerable.Repeat((0, 1), 3)).Concat(Enumerable.Repeat((1, 1), 7)), new(1));

        Assert.Equal([5, 3, 5], [policy.SlotsOf(0, 0).Count, policy.SlotsOf(0, 1).Count, policy.SlotsOf(1, 1).Count]);
        Assert.Equal(13, kept.Length);
    }

    [Fact]
    public void A_ring_keeps_the_last_of_each_task_in_equal_shares()
    {
        RingPolicy policy = new(7);
        int[] kept = Pass(policy, Enumerable.Repeat((0, 0), 10).Concat(Enumerable.Repeat((1, 0), 10)).Concat(Enumerable.Repeat((2, 0), 1)), new(1));

        Assert.Equal([8, 9, 18, 19, 20], kept.Order());
        Assert.Equal([2, 2, 1], [policy.SlotsOf(0).Count, policy.SlotsOf(1).Count, policy.SlotsOf(2).Count]);
    }

    [Fact]
    public void A_ring_with_a_quota_gives_back_nothing()
    {
        int[] kept = Pass(new RingPolicy(9, quota: 3), Enumerable.Repeat((0, 0), 10).Concat(Enumerable.Repeat((1, 0), 2)), new(1));

        Assert.Equal([7, 8, 9, 10, 11], kept.Order());
    }

    [Fact]
    public void A_ring_by_class_keeps_the_last_of_each_class_of_each_task()
    {
        RingPolicy policy = new(int.MaxValue, quota: 2, byClass: true);
        int[] kept = Pass(policy, Enumerable.Range(0, 8).Select(i => (0, i % 2)).Concat(Enumerable.Repeat((1, 1), 3)), new(1));

        Assert.Equal([4, 5, 6, 7, 9, 10], kept.Order());
        Assert.Equal([2, 2, 2], [policy.SlotsOf(0, 0).Count, policy.SlotsOf(0, 1).Count, policy.SlotsOf(1, 1).Count]);
        Assert.Empty(policy.SlotsOf(1, 0));
        Assert.Empty(new BalancedPolicy(3).SlotsOf(0, 0));
    }

    [Fact]
    public void By_task_all_classes_of_a_task_are_one_group()
    {
        BalancedPolicy balanced = new(6, byClass: false);
        RingPolicy ring = new(6);
        foreach (MemoryPolicy policy in new MemoryPolicy[] { balanced, ring }) Pass(policy, Enumerable.Range(0, 60).Select(i => (i / 30, i % 3)), new(1));

        Assert.Equal([3, 3], [balanced.SlotsOf(0, 2).Count, balanced.SlotsOf(1, 1).Count]);
        Assert.Equal([3, 3], [ring.SlotsOf(0, 2).Count, ring.SlotsOf(1, 1).Count]);
    }

    [Theory]
    [InlineData(MemoryRule.Ring)]
    [InlineData(MemoryRule.ClassBalanced)]
    public void A_policy_with_slots_that_were_given_back_goes_on_from_what_was_saved_whatever_it_held_before(MemoryRule rule)
    {
        MemoryPolicy straight = MemoryOptions.Policy(rule, 12), restored = MemoryOptions.Policy(rule, 12);
        Pass(straight, [.. Enumerable.Repeat((0, 0), 12), (1, 0)], new(1)); // a second group: a ring gives six slots back and takes one
        Pass(restored, Enumerable.Range(0, 50).Select(i => (i % 5, i % 2)), new(2));
        StateBag bag = new();
        straight.Visit(bag);

        restored.Visit(new StateBag([], JsonNode.Parse(bag.Values.ToJsonString())!.AsObject()));

        RandomSource one = new(3), other = new(3);
        for (int i = 0; i < 60; i++) Assert.Equal(straight.Place(1 + i / 30, 0, one), restored.Place(1 + i / 30, 0, other));
        Assert.Equal(straight.Slots, restored.Slots);
        Assert.Equal(straight.Seen, restored.Seen);
    }

    [Fact]
    public void What_was_free_before_is_forgotten_when_another_memory_is_restored()
    {
        RingPolicy straight = new(12), restored = new(12);
        Pass(straight, Enumerable.Repeat((0, 0), 5), new(1));
        Pass(restored, [.. Enumerable.Repeat((0, 0), 12), (1, 0)], new(1)); // gives six slots back and takes one

        new SavedState(state => straight.Visit(state)).Restore(state => restored.Visit(state));

        for (int slot = 5; slot < 12; slot++) Assert.Equal(slot, restored.Place(0, 0, new(1)));
        Assert.Equal(Enumerable.Range(0, 12), restored.Slots);
    }

    [Fact]
    public void A_stream_may_be_longer_than_a_whole_number_counts()
    {
        ReservoirPolicy policy = new(1);
        Pass(policy, [(0, 0)], new(1));
        StateBag bag = new();
        policy.Visit(bag);
        bag.Values["seen"] = 3_000_000_000;
        policy.Visit(new StateBag([], bag.Values));

        RandomSource random = new(2);
        for (int i = 0; i < 1000; i++) Assert.Equal(-1, policy.Place(0, 0, random)); // one in three thousand million is kept
        Assert.Equal(3_000_001_000, policy.Seen);
    }

    [Fact]
    public void A_ring_smaller_than_the_number_of_tasks_says_so()
    {
        RingPolicy policy = new(2);
        RandomSource random = new(1);
        policy.Place(0, 0, random);
        policy.Place(1, 0, random);

        Assert.Contains("room for 2 samples but there are 3 tasks", Assert.Throws<EngramException>(() => policy.Place(2, 0, random)).Message);
    }

    [Fact]
    public void Every_slot_is_used_once_and_none_is_beyond_the_capacity() =>
        Gen.Select(Gen.Enum<MemoryRule>(), Gen.Int[6, 30], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1]).Array[0, 200], Gen.ULong).Sample((rule, capacity, samples, seed) =>
        {
            MemoryPolicy policy = MemoryOptions.Policy(rule, capacity);
            Pass(policy, samples, new(seed));

            Assert.Equal(policy.Count, policy.Slots.Distinct().Count());
            Assert.All(policy.Slots, slot => Assert.InRange(slot, 0, capacity - 1));
            Assert.Equal(samples.Length, policy.Seen);
            if (rule != MemoryRule.Ring) Assert.Equal(Math.Min(capacity, samples.Length), policy.Count);
        });

    [Fact]
    public void A_policy_that_was_saved_goes_on_as_if_it_had_not_been() =>
        Gen.Select(Gen.Enum<MemoryRule>(), Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1]).Array[1, 100], Gen.Int[0, 99], Gen.ULong).Sample((rule, samples, cut, seed) =>
        {
            MemoryPolicy straight = MemoryOptions.Policy(rule, 12), first = MemoryOptions.Policy(rule, 12), second = MemoryOptions.Policy(rule, 12);
            RandomSource one = new(seed), other = new(seed);
            cut = Math.Min(cut, samples.Length);
            int[] slots = [.. samples.Select(sample => straight.Place(sample.Item1, sample.Item2, one))];

            List<int> resumed = [.. samples[..cut].Select(sample => first.Place(sample.Item1, sample.Item2, other))];
            StateBag bag = new();
            first.Visit(bag);
            second.Visit(new StateBag([], JsonNode.Parse(bag.Values.ToJsonString())!.AsObject()));
            resumed.AddRange(samples[cut..].Select(sample => second.Place(sample.Item1, sample.Item2, other)));

            Assert.Equal(slots, resumed);
            Assert.Equal(straight.Slots, second.Slots);
        });

    [Fact]
    public void Draws_are_uniform_and_without_repeats()
    {
        ReservoirPolicy policy = new(20);
        Pass(policy, Enumerable.Repeat((0, 0), 20), new(1));
        int[] times = new int[20], drawn = new int[7];
        RandomSource random = new(5);
        for (int i = 0; i < 4000; i++)
        {
            policy.Draw(drawn, random);
            Assert.Equal(7, drawn.Distinct().Count());
            foreach (int slot in drawn) times[slot]++;
        }

        AssertUniform(times, 4000 * 7 / 20.0);
        policy.Draw(drawn, random, among: [0, 1, 2, 3, 4, 5, 6]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], drawn.Order());
        Assert.Throws<ArgumentOutOfRangeException>("slots.Length", () => policy.Draw(drawn, random, among: [0, 1, 2, 3, 4, 5]));
    }

    [Fact]
    public void No_room_keeps_nothing() => Assert.All(Enum.GetValues<MemoryRule>(), rule => Assert.Equal(-1, MemoryOptions.Policy(rule, 0).Place(0, 0, new(1))));

    [Fact]
    public void Draws_between_samples_that_come_are_of_all_that_are_there()
    {
        ReservoirPolicy policy = new(40);
        RandomSource random = new(1);
        for (int kept = 1; kept <= 40; kept++)
        {
            policy.Place(0, 0, random);
            int[] all = new int[kept];
            policy.Draw(all, random);
            Assert.Equal(Enumerable.Range(0, kept), all.Order());
        }
        policy.Draw([], random, among: []);
    }

    [Fact]
    public void A_ring_that_gave_slots_back_goes_on_with_its_oldest()
    {
        int[] kept = Pass(new RingPolicy(7), [.. Enumerable.Repeat((0, 0), 10), (1, 0), (0, 0), (0, 0)], new(1)); // 7, 8, 9 of the first task stay when the second comes

        Assert.Equal([9, 10, 11, 12], kept.Order());
    }

    [Fact]
    public void A_ring_with_fewer_samples_than_its_new_share_gives_nothing_back()
    {
        int[] kept = Pass(new RingPolicy(9), [.. Enumerable.Repeat((0, 0), 3), (1, 0), (0, 0), (0, 0)], new(1)); // at most floor(9/2) each

        Assert.Equal([1, 2, 3, 4, 5], kept.Order());
    }

    [Fact]
    public void A_ring_whose_quotas_do_not_fit_says_which_groups_took_all()
    {
        RingPolicy policy = new(6, quota: 3), small = new(2, quota: 3);
        Pass(policy, Enumerable.Range(0, 10).Select(i => (i / 5, 0)), new(1));

        Assert.Contains("The memory's 6 samples are taken by the first 2 groups of 3 each", Assert.Throws<EngramException>(() => policy.Place(2, 0, new(1))).Message);
        Assert.Equal([2, 3, 4, 8, 9], Pass(new RingPolicy(5, quota: 3), Enumerable.Range(0, 10).Select(i => (i / 5, 0)), new(1)).Order());
        Assert.Equal([3, 4], Pass(small, Enumerable.Repeat((0, 0), 5), new(1)).Order()); // a quota beyond the capacity is the capacity
    }

    [Fact]
    public void One_of_more_than_a_whole_number_counts_is_drawn_from_all_of_them()
    {
        RandomSource random = new(1);
        const long count = 6_000_000_000;
        long[] drawn = [.. Enumerable.Range(0, 3000).Select(_ => Exposed.Any(count, random))];

        Assert.All(drawn, one => Assert.InRange(one, 0, count - 1));
        AssertUniform([.. Enumerable.Range(0, 10).Select(tenth => drawn.Count(one => one / (count / 10) == tenth))], 300);
    }

    [Theory]
    [InlineData(MemoryRule.Reservoir, "kept", "[0,1,2,3,3]", "every slot in use once")]
    [InlineData(MemoryRule.Reservoir, "kept", "[0,1,2,3,5]", "every slot in use once")]
    [InlineData(MemoryRule.Reservoir, "free", "[4]", "every slot in use once")]
    [InlineData(MemoryRule.Reservoir, "free", "[5]", "every slot in use once")] // only five were ever used
    [InlineData(MemoryRule.Reservoir, "kept", "[0,1,2,3,13]", "0 to 12")]
    [InlineData(MemoryRule.Reservoir, "free", "[13]", "0 to 12")]
    [InlineData(MemoryRule.Ring, "groups", """[{"Task":0,"Target":0,"Slots":[0,1,2,3],"Next":0,"Seen":5}]""", "every kept slot in one of them")]
    [InlineData(MemoryRule.ClassBalanced, "groups", """[{"Task":0,"Target":0,"Slots":[0,1,2,3,3],"Next":0,"Seen":5}]""", "every kept slot in one of them")]
    [InlineData(MemoryRule.Ring, "groups", """[{"Task":0,"Target":0,"Slots":[0,1,2,3,4],"Next":5,"Seen":5}]""", "a next slot among their own")]
    [InlineData(MemoryRule.Ring, "groups", """[{"Task":0,"Target":0,"Slots":[0,1],"Next":0,"Seen":5},{"Task":0,"Target":0,"Slots":[2,3,4],"Next":0,"Seen":5}]""", "one of each task and class")]
    public void A_checkpoint_whose_slots_do_not_fit_together_is_refused(MemoryRule rule, string name, string json, string expected)
    {
        MemoryPolicy policy = MemoryOptions.Policy(rule, 12);
        Pass(policy, Enumerable.Repeat((0, 0), 5), new(1));

        new SavedState(state => policy.Visit(state)).With(name, json).AssertRefused(expected, state => MemoryOptions.Policy(rule, 12).Visit(state, used: 5));
    }

    [Fact]
    public void Groups_without_samples_and_of_one_task_or_class_are_restored()
    {
        BalancedPolicy policy = new(2);
        Pass(policy, [(0, 0), (0, 0), (0, 1), (1, 1)], new(1)); // the last group has no room

        BalancedPolicy restored = new(2);
        new SavedState(state => policy.Visit(state)).Restore(state => restored.Visit(state, used: 2));

        Assert.Equal([1, 1, 0], [restored.SlotsOf(0, 0).Count, restored.SlotsOf(0, 1).Count, restored.SlotsOf(1, 1).Count]);
        SavedState full = new(state => policy.Visit(state));
        full.AssertRefused("every slot in use once", state => new BalancedPolicy(1).Visit(state)); // more than the capacity
    }

    [Fact]
    public void A_class_that_finds_no_room_gets_none_and_no_slot_is_taken()
    {
        BalancedPolicy policy = new(2);
        RandomSource random = new(1);
        Pass(policy, [(0, 0), (0, 1)], random);

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(-1, policy.Place(0, 2, random)));
        Assert.Empty(policy.SlotsOf(0, 2));
    }

    // Which of the samples, by number, a memory keeps in the end.
    private static int[] Pass(MemoryPolicy policy, IEnumerable<(int Task, int Target)> samples, RandomSource random)
    {
        Dictionary<int, int> sampleOfSlot = [];
        int number = 0;
        foreach (var (task, target) in samples)
        {
            int slot = policy.Place(task, target, random);
            if (slot >= 0) sampleOfSlot[slot] = number;
            number++;
        }
        return [.. policy.Slots.Select(slot => sampleOfSlot[slot])];
    }

    // Chi-square with k - 1 degrees of freedom lies beyond mean + 5 standard deviations less than once in 10^4 times; the seeds are fixed.
    private static void AssertUniform(int[] counts, double expected)
    {
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected), freedom = counts.Length - 1;
        Assert.InRange(statistic, 0, freedom + 5 * Math.Sqrt(2 * freedom));
    }

    // Says what policies draw of long streams.
    private abstract class Exposed() : MemoryPolicy(1)
    {
        public static long Any(long count, RandomSource random) => OneOf(count, random);
    }
}
