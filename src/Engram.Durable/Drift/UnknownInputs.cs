using Engram.Durable.Statistics;

namespace Engram.Durable.Drift;

/// <summary>How many of today's inputs are of none of the known classes.</summary>
/// <param name="Count">How many.</param>
/// <param name="Inputs">Of how many.</param>
/// <param name="Expected">Share that the threshold calls unknown of what is known, such as 0.01.</param>
public sealed record UnknownInputs(int Count, int Inputs, double Expected = 0.01)
{
    /// <summary>Share that is unknown; 0 without inputs.</summary>
    public double Share => Inputs == 0 ? 0 : (double)Count / Inputs;

    /// <summary>Probability of as many unknown inputs, or more, if all were of the kind that was learned (exact, binomial).</summary>
    public double P => Binomial.AtLeast(Count, Inputs, Expected);
}
