namespace Engram.Methods.Rehearsal;

/// <summary>Slots of the samples of one task or class.</summary>
internal sealed class SlotGroup
{
    public List<int> Slots { get; init; } = [];

    /// <summary>Where a ring goes on.</summary>
    public int Next { get; set; }

    /// <summary>Samples of the group that passed by.</summary>
    public long Seen { get; set; }
}

/// <summary>Groups of slots by task and class, in the order of their first sample.</summary>
internal sealed class SlotGroups
{
    private readonly Dictionary<(int Task, int Target), SlotGroup> byKey = [];
    private readonly List<(int Task, int Target)> keys = [];

    public int Count => keys.Count;

    public IEnumerable<SlotGroup> All => keys.Select(key => byKey[key]);

    public SlotGroup? Find(int task, int target) => byKey.GetValueOrDefault((task, target));

    public SlotGroup Add(int task, int target)
    {
        keys.Add((task, target));
        return byKey[(task, target)] = new();
    }

    /// <summary>Declares the groups.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="kept">Slots of all samples kept.</param>
    public void Visit(StateBag state, IReadOnlyList<int> kept)
    {
        Saved[] saved = [.. keys.Select(key => new Saved(key.Task, key.Target, [.. byKey[key].Slots], byKey[key].Next, byKey[key].Seen))];
        state.Value("groups", ref saved);
        if (!state.IsRestoring) return;
        state.Require(saved.SelectMany(one => one.Slots).Order().SequenceEqual(kept.Order()), "groups", "every kept slot in one of them");
        state.Require(saved.All(one => one.Next == 0 || one.Next < one.Slots.Length), "groups", "a next slot among their own");
        state.Require(saved.DistinctBy(one => (one.Task, one.Target)).Count() == saved.Length, "groups", "one of each task and class");
        keys.Clear();
        byKey.Clear();
        foreach (Saved one in saved)
        {
            keys.Add((one.Task, one.Target));
            byKey[(one.Task, one.Target)] = new() { Slots = [.. one.Slots], Next = one.Next, Seen = one.Seen };
        }
    }

    private sealed record Saved(int Task, int Target, int[] Slots, int Next, long Seen);
}
