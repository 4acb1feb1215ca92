namespace Engram.Methods.Rehearsal;

/// <summary>
/// Keeps equally many samples of each class of each task, and within a class every sample with the same probability. While there is room
/// everything is kept; then a class that is two or more behind the largest takes a slot from it (greedy balancing, Prabhu et al. 2020,
/// GDumb), and any other replaces samples of its own as a reservoir does (Chrysakis and Moens 2020).
/// </summary>
/// <param name="capacity">Most samples kept.</param>
/// <param name="quota">Most samples of a class; null for equal shares.</param>
public sealed class BalancedPolicy(int capacity, int? quota = null) : MemoryPolicy(capacity)
{
    private readonly SlotGroups groups = new();

    /// <summary>Slots of a class of a task, in no particular order; empty where none is kept.</summary>
    public IReadOnlyList<int> SlotsOf(int task, int target) => groups.Find(task, target)?.Slots ?? [];

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        base.Visit(state);
        groups.Visit(state);
    }

    /// <inheritdoc/>
    protected override int Choose(int task, int target, RandomSource random)
    {
        SlotGroup group = groups.Find(task, target) ?? groups.Add(task, target);
        group.Seen++;
        bool mayGrow = quota is null || group.Slots.Count < quota;
        if (mayGrow && Count == Capacity)
        {
            SlotGroup largest = groups.All.MaxBy(one => one.Slots.Count)!;
            mayGrow = largest.Slots.Count >= group.Slots.Count + 2;
            if (mayGrow) TakeFrom(largest, random);
        }
        if (mayGrow)
        {
            group.Slots.Add(TakeSlot());
            return group.Slots[^1];
        }
        if (group.Slots.Count == 0) return -1;
        long place = OneOf(group.Seen, random);
        return place < group.Slots.Count ? group.Slots[(int)place] : -1;
    }

    private void TakeFrom(SlotGroup group, RandomSource random)
    {
        int place = random.NextInt(group.Slots.Count);
        FreeSlot(group.Slots[place]);
        group.Slots[place] = group.Slots[^1];
        group.Slots.RemoveAt(group.Slots.Count - 1);
    }
}
