using Engram.Durable.Statistics;

namespace Engram.Durable.Drift;

/// <summary>How many of today's inputs are of none of the known classes.</summary>
/// <param name="Count">How many.</param>
/// <param name="Inputs">Of how many.</param>
/// <param name="Expected">Share that the threshold calls unknown of what is known, such as 0.01.</param>
/// <param name="Held">Held-out samples by which the threshold was set: of few, it calls more or less than that share unknown. 0 takes the share as exact.</param>
public sealed record UnknownInputs(int Count, int Inputs, double Expected = 0.01, int Held = 0)
{
    /// <summary>Share that is unknown; 0 without inputs.</summary>
    public double Share => Inputs == 0 ? 0 : (double)Count / Inputs;

    /// <summary>
    /// Probability of as many unknown inputs, or more, if all were of the kind that was learned: binomial or, where the threshold was set by some held-out samples,
    /// beta-binomial, since the share beyond the r-th largest of h distances has the distribution Beta(r, h + 1 - r).
    /// </summary>
    public double P
    {
        get
        {
            if (Held == 0) return Binomial.AtLeast(Count, Inputs, Expected);
            double beyond = Math.Floor(Expected * Held) + 1;
            return BetaBinomial.AtLeast(Count, Inputs, beyond, Held + 1 - beyond);
        }
    }
}
