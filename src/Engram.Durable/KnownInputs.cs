using Engram.Training;

namespace Engram.Durable;

/// <summary>
/// When an input is none of the classes learned. A method that measures distances says how far the input is from all it knows; of any other the highest probability
/// stands for it (Hendrycks and Gimpel 2017, arXiv 1610.02136, section 2), which is weaker: networks are often sure of what they never saw. The bar is set so that 1 % of the
/// held-out samples are beyond it.
/// </summary>
/// <param name="MostDistance">Inputs farther away are not known; null where the method measures no distance.</param>
/// <param name="LeastProbability">Inputs whose highest probability is lower are not known; null where distances say it.</param>
public sealed record KnownInputs(double? MostDistance, double? LeastProbability)
{
    /// <summary>Share of what is known that is taken for unknown.</summary>
    public const double Share = 0.01;

    /// <summary>Everything is known: nothing was held out by which a bar could be set.</summary>
    public static KnownInputs All { get; } = new(null, null);

    /// <summary>Whether an input is known.</summary>
    public bool Holds(Prediction prediction) => prediction.Distance is { } distance && MostDistance is { } most ? distance <= most : LeastProbability is not { } least || prediction.Probability >= least;

    /// <summary>Sets the bar.</summary>
    /// <param name="distances">Of held-out samples; empty where the method measures none.</param>
    /// <param name="probabilities">The highest one of each held-out sample.</param>
    internal static KnownInputs Of(IReadOnlyList<double> distances, IReadOnlyList<double> probabilities) =>
        distances.Count > 0 ? new(distances.OrderDescending().ElementAt((int)(distances.Count * Share)), null)
        : probabilities.Count > 0 ? new(null, probabilities.Order().ElementAt((int)(probabilities.Count * Share))) : All;
}
