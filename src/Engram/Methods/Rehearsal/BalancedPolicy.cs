namespace Engram.Methods.Rehearsal;

/// <summary>
/// Keeps equally many samples of each group, which is a class, a class of a task or a whole task, and within a group every sample with the same
/// probability. While there is room everything is kept; then a group that is two or more behind the largest takes a slot from it (greedy
/// balancing, Prabhu et al. 2020, GDumb), and any other replaces samples of its own as a reservoir does (Chrysakis and Moens 2020).
/// </summary>
/// <param name="capacity">Most samples kept.</param>
/// <param name="quota">Most samples of a group; null for equal shares.</param>
/// <param name="byClass">Whether every class of a task is a group of its own.</param>
/// <param name="byTask">Whether the same class in two tasks is two groups: not where classes are the same in all tasks, and come again for years.</param>
public sealed class BalancedPolicy(int capacity, int? quota = null, bool byClass = true, bool byTask = true) : MemoryPolicy(capacity)
{
    private readonly SlotGroups groups = new();

    /// <summary>Slots of a group, in no particular order; empty where none is kept.</summary>
    public IReadOnlyList<int> SlotsOf(int task, int target = 0) => groups.Find(byTask ? task : 0, byClass ? target : 0)?.Slots ?? [];

    /// <inheritdoc/>
    public override void Visit(StateBag state, int? used = null)
    {
        base.Visit(state, used);
        groups.Visit(state, Slots);
    }

    /// <inheritdoc/>
    protected override int Choose(int task, int target, RandomSource random)
    {
        if (!byClass) target = 0;
        if (!byTask) task = 0;
        SlotGroup group = groups.Find(task, target) ?? groups.Add(task, target);
        group.Seen++;
        bool mayGrow = quota is null || group.Slots.Count < quota;
        if (mayGrow && Count == Capacity)
        {
            SlotGroup largest = groups.All.MaxBy(one => one.Slots.Count)!;
            mayGrow = largest.Slots.Count >= group.Slots.Count + 2;
            if (mayGrow) FreeOneOf(largest, random);
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
}
