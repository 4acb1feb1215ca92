namespace Engram.Methods.Rehearsal;

/// <summary>
/// GDumb's greedy sampler (Prabhu et al. 2020, algorithm 1): a sample is kept while its class has fewer than capacity / classes seen so far; where there is no
/// room, one of the largest class, chosen at random, goes. What was kept of a class is never replaced by more of it.
/// </summary>
/// <param name="capacity">Most samples kept.</param>
/// <param name="quota">Most samples of a class; null for equal shares.</param>
public sealed class GreedyPolicy(int capacity, int? quota = null) : MemoryPolicy(capacity)
{
    private readonly SlotGroups groups = new(); // classes, whatever their task

    /// <inheritdoc/>
    public override void Visit(StateBag state, int? used = null)
    {
        base.Visit(state, used);
        groups.Visit(state, Slots);
    }

    /// <inheritdoc/>
    protected override int Choose(int task, int target, RandomSource random)
    {
        SlotGroup group = groups.Find(0, target) ?? groups.Add(0, target);
        group.Seen++;
        bool hasShare = quota is { } most ? group.Slots.Count >= most : (long)group.Slots.Count * groups.Count >= Capacity;
        if (hasShare) return -1;
        if (Count == Capacity) FreeOneOf(groups.All.MaxBy(one => one.Slots.Count)!, random);
        group.Slots.Add(TakeSlot());
        return group.Slots[^1];
    }
}
