using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>Whether one order is better than others, or only looks so.</summary>
/// <param name="Margin">How much more accurate it is than the mean of the other orders, over the same seeds; a fraction.</param>
/// <param name="StandardError">Standard error of the margin over seeds, from the noise of all orders together; null for one seed.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="Others">Number of orders that it is compared with.</param>
/// <param name="ChosenFrom">Among how many orders it was chosen by these very runs; 1 where it was chosen by others.</param>
/// <param name="P">
/// Probability of such a margin, or a larger one, if order made no difference, corrected for the choice; null for one seed.
/// </param>
public sealed record OrderTest(double Margin, double? StandardError, int Seeds, int Others, int ChosenFrom, double? P)
{
    /// <summary>Below this P a difference is called a difference.</summary>
    public const double Level = 0.05;

    /// <summary>Whether the order is significantly better.</summary>
    [JsonIgnore]
    public bool IsClear => Margin > 0 && P < Level;

    /// <summary>
    /// Compares one order with the mean of the others, seed by seed. Every order is learned with every seed (a randomised block design):
    /// seeds may be better or worse as a whole; what is left after the means of orders and seeds is the noise, pooled over all orders with
    /// (m - 1)(n - 1) degrees of freedom. The one-sided t test's p is multiplied by the number of orders among which the best was chosen (Bonferroni).
    /// </summary>
    /// <param name="accuracies">A row per order, a column per seed, all of the same length.</param>
    /// <param name="chosen">Row of the order that is judged.</param>
    /// <param name="chosenFrom">Among how many orders it was chosen by these accuracies; 1 where they had no part in it.</param>
    public static OrderTest Of(IReadOnlyList<double[]> accuracies, int chosen, int chosenFrom)
    {
        int m = accuracies.Count, n = accuracies[0].Length;
        if (m < 2) throw new ArgumentException("Nothing can be compared with one order alone; expected 2 or more.", nameof(accuracies));
        double[] ofOrder = [.. accuracies.Select(row => row.Average())];
        double margin = ofOrder[chosen] - ofOrder.Where((_, o) => o != chosen).Average();
        if (n < 2) return new(margin, null, n, m - 1, chosenFrom, null);
        double[] ofSeed = [.. Enumerable.Range(0, n).Select(s => accuracies.Average(row => row[s]))];
        double all = ofSeed.Average(), squares = 0;
        for (int o = 0; o < m; o++)
            for (int s = 0; s < n; s++) squares += Math.Pow(accuracies[o][s] - ofOrder[o] - ofSeed[s] + all, 2);
        int degrees = (m - 1) * (n - 1);
        // The variance of one mean less that of m - 1 others.
        double error = Math.Sqrt(squares / degrees * (1.0 / n + 1.0 / (n * (m - 1.0))));
        double p = error > 1e-12 ? StudentT.UpperTail(margin / error, degrees) : margin > 1e-12 ? 0 : 1;
        return new(margin, error, n, m - 1, chosenFrom, Math.Min(1, p * chosenFrom));
    }
}
