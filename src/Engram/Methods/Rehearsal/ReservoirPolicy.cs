namespace Engram.Methods.Rehearsal;

/// <summary>Keeps every sample seen so far with the same probability (algorithm R, Vitter 1985).</summary>
/// <param name="capacity">Most samples kept.</param>
public sealed class ReservoirPolicy(int capacity) : MemoryPolicy(capacity)
{
    /// <inheritdoc/>
    protected override int Choose(int task, int target, RandomSource random)
    {
        if (Count < Capacity) return TakeSlot();
        long place = OneOf(Seen, random);
        return place < Capacity ? (int)place : -1;
    }
}
