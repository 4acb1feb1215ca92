namespace Engram.Durable.Gate;

/// <summary>How two versions answered the same held-out samples.</summary>
public sealed record PairedOutcome
{
    /// <summary>Takes counts.</summary>
    /// <exception cref="ArgumentException">They cannot be: more lost than were right, or more gained than were wrong.</exception>
    public PairedOutcome(int samples, int rightBefore, int lost, int gained)
    {
        if (rightBefore < 0 || rightBefore > samples || lost < 0 || lost > rightBefore || gained < 0 || gained > samples - rightBefore)
            throw new ArgumentException($"Of {samples} samples {rightBefore} were right; {lost} of these cannot be lost and {gained} of the others gained.");
        (Samples, RightBefore, Lost, Gained) = (samples, rightBefore, lost, gained);
    }

    /// <summary>Samples that both have answered.</summary>
    public int Samples { get; }

    /// <summary>How many the version before answered rightly.</summary>
    public int RightBefore { get; }

    /// <summary>How many the version after answered rightly.</summary>
    public int RightAfter => RightBefore - Lost + Gained;

    /// <summary>Right before and wrong after.</summary>
    public int Lost { get; }

    /// <summary>Wrong before and right after.</summary>
    public int Gained { get; }

    /// <summary>Share of the samples that was right before less that which is right after; 0 without samples.</summary>
    public double Drop => Samples == 0 ? 0 : (Lost - Gained) / (double)Samples;

    /// <summary>Counts.</summary>
    /// <param name="before">The class that the version before answered for each sample; -1 for a sample that is not there, which is skipped.</param>
    /// <param name="after">The same for the version after.</param>
    /// <param name="truths">The class of each sample.</param>
    /// <exception cref="ArgumentException">The three are not of one length.</exception>
    public static PairedOutcome Of(ReadOnlySpan<int> before, ReadOnlySpan<int> after, ReadOnlySpan<int> truths) => Count(before, after, truths, only: null);

    /// <summary>Counts for each class apart, by what a sample is.</summary>
    /// <param name="before">As in <see cref="Of"/>.</param>
    /// <param name="after">As in <see cref="Of"/>.</param>
    /// <param name="truths">As in <see cref="Of"/>, each below <paramref name="classes"/>.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The three are not of one length.</exception>
    public static IReadOnlyList<PairedOutcome> ByClass(int[] before, int[] after, int[] truths, int classes) =>
        [.. Enumerable.Range(0, classes).Select(one => Count(before, after, truths, one))];

    /// <summary>Samples of both, such as those of one class in two lessons.</summary>
    public static PairedOutcome operator +(PairedOutcome left, PairedOutcome right) => new(left.Samples + right.Samples, left.RightBefore + right.RightBefore, left.Lost + right.Lost, left.Gained + right.Gained);

    private static PairedOutcome Count(ReadOnlySpan<int> before, ReadOnlySpan<int> after, ReadOnlySpan<int> truths, int? only)
    {
        if (before.Length != truths.Length || after.Length != truths.Length)
            throw new ArgumentException($"There are {before.Length} answers before, {after.Length} after and {truths.Length} truths, which must be as many.");
        int samples = 0, right = 0, lost = 0, gained = 0;
        for (int i = 0; i < truths.Length; i++)
        {
            if (before[i] < 0 || after[i] < 0 || (only is { } wanted && truths[i] != wanted)) continue;
            bool was = before[i] == truths[i], isNow = after[i] == truths[i];
            samples++;
            if (was) right++;
            if (was && !isNow) lost++;
            if (!was && isNow) gained++;
        }
        return new(samples, right, lost, gained);
    }
}
