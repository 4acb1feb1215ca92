namespace Engram.Methods.Rehearsal;

/// <summary>
/// Keeps the last samples of each group: of each task, or of each class of each task. Where no quota is given, all groups seen so far share
/// the capacity equally, and each gives up its oldest samples when a new one comes.
/// </summary>
/// <param name="capacity">Most samples kept.</param>
/// <param name="quota">Most samples of a group; null for equal shares.</param>
/// <param name="byClass">Whether every class of a task is a group of its own.</param>
public sealed class RingPolicy(int capacity, int? quota = null, bool byClass = false) : MemoryPolicy(capacity)
{
    private readonly SlotGroups groups = new();

    /// <summary>Slots of a group, in no particular order; empty where none is kept.</summary>
    public IReadOnlyList<int> SlotsOf(int task, int target = 0) => groups.Find(task, byClass ? target : 0)?.Slots ?? [];

    /// <inheritdoc/>
    public override void Visit(StateBag state, int? used = null)
    {
        base.Visit(state, used);
        groups.Visit(state, Slots);
    }

    /// <inheritdoc/>
    public override void Expect(int task, int target)
    {
        if (Capacity > 0) GroupOf(task, target);
    }

    /// <inheritdoc/>
    protected override int Choose(int task, int target, RandomSource random)
    {
        SlotGroup group = GroupOf(task, target);
        if (group.Slots.Count < Share() && Count < Capacity)
        {
            group.Slots.Add(TakeSlot());
            return group.Slots[^1];
        }
        if (group.Slots.Count == 0) throw EngramException.Input("invalid-setting", $"The memory's {Capacity} samples are taken by the first {groups.Count - 1} groups of {quota} each; raise method.memory.");
        int slot = group.Slots[group.Next];
        group.Next = (group.Next + 1) % group.Slots.Count;
        return slot;
    }

    private SlotGroup GroupOf(int task, int target)
    {
        if (!byClass) target = 0;
        if (groups.Find(task, target) is { } known) return known;
        SlotGroup group = groups.Add(task, target);
        int share = Share();
        if (share == 0) throw EngramException.Input("invalid-setting", $"The memory has room for {Capacity} samples but there are {groups.Count} {(byClass ? "classes" : "tasks")}; raise method.memory to one sample for each at least.");
        foreach (SlotGroup old in groups.All) Shrink(old, share);
        return group;
    }

    private int Share() => Math.Min(quota ?? Capacity / groups.Count, Capacity);

    private void Shrink(SlotGroup group, int share)
    {
        if (group.Slots.Count <= share) return;
        int[] byAge = [.. group.Slots[group.Next..], .. group.Slots[..group.Next]];
        foreach (int slot in byAge[..^share]) FreeSlot(slot);
        group.Slots.Clear();
        group.Slots.AddRange(byAge[^share..]);
        group.Next = 0;
    }
}
