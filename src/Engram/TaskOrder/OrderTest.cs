using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>Whether one order is better than others, or only looks so.</summary>
/// <param name="Margin">How much more accurate it is than the mean of the other orders, over the same seeds; a fraction.</param>
/// <param name="StandardError">Standard error of the margin over seeds, from the noise of all orders together; null where one seed, or seeds that all say the same, leave nothing to estimate it from.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="Others">Number of orders that it is compared with.</param>
/// <param name="ChosenFrom">Among how many orders it was chosen by these very runs; 1 where it was chosen by others.</param>
/// <param name="P">
/// Probability of such a margin, or a larger one, if order made no difference, corrected for the choice; null where noise is unknown.
/// </param>
public sealed record OrderTest(double Margin, double? StandardError, int Seeds, int Others, int ChosenFrom, double? P)
{
    /// <summary>Whether the order is significantly better.</summary>
    [JsonIgnore]
    public bool IsClear => Margin > 0 && P < DifferenceTest.Level;

    /// <summary>
    /// Compares one order with the mean of the others, seed by seed; the noise is that of all orders together (<see cref="BlockDesign"/>).
    /// The one-sided t test's p is multiplied by the number of orders among which the best was chosen (Bonferroni).
    /// </summary>
    /// <param name="accuracies">A row per order, a column per seed, all of the same length.</param>
    /// <param name="chosen">Row of the order that is judged.</param>
    /// <param name="chosenFrom">Among how many orders it was chosen by these accuracies; 1 where they had no part in it.</param>
    public static OrderTest Of(IReadOnlyList<double[]> accuracies, int chosen, int chosenFrom)
    {
        int m = accuracies.Count;
        if (m < 2) throw new ArgumentException("Nothing can be compared with one order alone; expected 2 or more.", nameof(accuracies));
        BlockDesign design = new(accuracies);
        DifferenceTest test = design.Contrast([.. Enumerable.Range(0, m).Select(order => order == chosen ? 1 : -1 / (m - 1.0))]);
        double? p = test.StandardError switch
        {
            null => null,
            0 => 1,
            { } error => Math.Min(1, StudentT.UpperTail(test.Mean / error, design.Degrees) * chosenFrom),
        };
        return new(test.Mean, test.StandardError, test.Seeds, m - 1, chosenFrom, p);
    }
}
