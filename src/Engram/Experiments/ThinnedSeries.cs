namespace Engram.Experiments;

/// <summary>
/// Evenly spaced members of a series of any length, enough to draw it: all of them up to <see cref="Most"/>, then every second, every fourth
/// and so on, and always the last. Which ones depends on nothing but the series.
/// </summary>
internal sealed class ThinnedSeries<T> where T : class
{
    /// <summary>Most members kept, apart from the last; half as many at least once there are more.</summary>
    public const int Most = 2000;

    private readonly List<T> kept = [];
    private T? last;
    private long count, stride = 1;

    /// <summary>The members kept, in their order.</summary>
    public IReadOnlyList<T> View => last is null || ReferenceEquals(last, kept[^1]) ? [.. kept] : [.. kept, last];

    /// <summary>Adds the next member.</summary>
    public void Add(T item)
    {
        last = item;
        if (count++ % stride != 0) return;
        if (kept.Count == Most)
        {
            for (int i = 0; i < Most / 2; i++) kept[i] = kept[2 * i];
            kept.RemoveRange(Most / 2, Most / 2);
            stride *= 2;
            if ((count - 1) % stride != 0) return;
        }
        kept.Add(item);
    }
}
