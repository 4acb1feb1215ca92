namespace Engram.Methods.Rehearsal;

/// <summary>
/// Decides which of the samples that pass by are kept, and in which slot of a <see cref="SampleMemory"/>. A decision costs the same however
/// many samples passed by.
/// </summary>
/// <param name="capacity">Most samples kept.</param>
public abstract class MemoryPolicy(int capacity)
{
    private readonly List<int> kept = [];
    private readonly List<int> placeOf = []; // place in kept of each slot handed out so far; any number where it is free
    private readonly Stack<int> free = [];
    private int[] marks = [];
    private int mark;

    /// <summary>Most samples kept.</summary>
    public int Capacity => capacity;

    /// <summary>Samples kept now.</summary>
    public int Count => kept.Count;

    /// <summary>Slots of the samples kept now, in the order in which they were first filled unless a policy gave some back.</summary>
    public IReadOnlyList<int> Slots => kept;

    /// <summary>Samples that passed by.</summary>
    public long Seen { get; private set; }

    /// <summary>Decides about the next sample.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="target">Its class.</param>
    /// <param name="random">Decides where chance does.</param>
    /// <returns>The slot to keep it in; -1 to let it go.</returns>
    public int Place(int task, int target, RandomSource random)
    {
        Seen++;
        return Capacity == 0 ? -1 : Choose(task, target, random);
    }

    /// <summary>How often a slot was given back: until the next time, slots hold the samples that they held.</summary>
    public long Freed { get; private set; }

    /// <summary>Makes room for a group before its first sample comes, where groups have shares that shrink.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="target">Its class.</param>
    public virtual void Expect(int task, int target) { }

    /// <summary>Draws kept samples at random, each at most once (Floyd's algorithm: as many steps as samples drawn).</summary>
    /// <param name="slots">Filled with slots; at most as many as take part.</param>
    /// <param name="random">Source of chance.</param>
    /// <param name="among">Slots that take part; all where it is left out.</param>
    public void Draw(Span<int> slots, RandomSource random, IReadOnlyList<int>? among = null)
    {
        among ??= kept;
        int count = among.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots.Length, count);
        if (marks.Length < count) Array.Resize(ref marks, Math.Max(count, 2 * marks.Length));
        mark++;
        for (int i = 0; i < slots.Length; i++)
        {
            int last = count - slots.Length + i, chosen = random.NextInt(last + 1);
            if (marks[chosen] == mark) chosen = last;
            marks[chosen] = mark;
            slots[i] = among[chosen];
        }
    }

    /// <summary>Declares the counters and who is where.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="used">Slots that hold a sample; as many as the capacity where not given.</param>
    public virtual void Visit(StateBag state, int? used = null)
    {
        long seen = Seen;
        int[] keptNow = [.. kept], freeNow = [.. free];
        state.Value("seen", ref seen);
        state.Value("kept", ref keptNow, most: capacity);
        state.Value("free", ref freeNow, most: capacity);
        if (!state.IsRestoring) return;
        int slots = keptNow.Length + freeNow.Length;
        state.Require(slots <= Math.Min(capacity, used ?? capacity) && keptNow.Concat(freeNow).Order().SequenceEqual(Enumerable.Range(0, slots)), "kept", "every slot in use once, here or among the free ones,");
        Seen = seen;
        kept.Clear();
        kept.AddRange(keptNow);
        free.Clear();
        foreach (int slot in freeNow.Reverse()) free.Push(slot);
        placeOf.Clear();
        placeOf.AddRange(new int[slots]);
        for (int i = 0; i < kept.Count; i++) placeOf[kept[i]] = i;
    }

    /// <summary>The decision itself; the capacity is not 0 and the sample is counted.</summary>
    protected abstract int Choose(int task, int target, RandomSource random);

    /// <summary>Uniform in [0, count); a stream may be longer than 2^31.</summary>
    protected static long OneOf(long count, RandomSource random) => count <= int.MaxValue ? random.NextInt((int)count) : (long)(random.NextUInt64() % (ulong)count);

    /// <summary>A slot that is free; there must be room.</summary>
    protected int TakeSlot()
    {
        if (!free.TryPop(out int slot))
        {
            slot = placeOf.Count;
            placeOf.Add(0);
        }
        placeOf[slot] = kept.Count;
        kept.Add(slot);
        return slot;
    }

    /// <summary>Gives a slot back; its sample is forgotten.</summary>
    protected void FreeSlot(int slot)
    {
        Freed++;
        int place = placeOf[slot], last = kept[^1];
        kept[place] = last;
        placeOf[last] = place;
        kept.RemoveAt(kept.Count - 1);
        free.Push(slot);
    }

    /// <summary>Gives one of a group's slots back, chosen at random.</summary>
    private protected void FreeOneOf(SlotGroup group, RandomSource random)
    {
        int place = random.NextInt(group.Slots.Count);
        FreeSlot(group.Slots[place]);
        group.Slots[place] = group.Slots[^1];
        group.Slots.RemoveAt(group.Slots.Count - 1);
    }
}
