using Engram.Durable.Statistics;

namespace Engram.Durable.Gate;

/// <summary>Whether two versions differ on the same samples: McNemar (1947), Psychometrika 12:153-157, in its exact form.</summary>
public static class McNemar
{
    /// <summary>Probability of so uneven a split of the samples on which the versions differ, or a more uneven one, if each were as likely lost as gained. Two-sided; 1 where nothing differs.</summary>
    /// <param name="lost">Right before and wrong after.</param>
    /// <param name="gained">Wrong before and right after.</param>
    public static double Probability(int lost, int gained)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        return Math.Min(1, 2 * Binomial.AtMost(Math.Min(lost, gained), lost + gained, .5));
    }
}
