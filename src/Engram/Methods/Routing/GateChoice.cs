namespace Engram.Methods.Routing;

/// <summary>Which expert some inputs belong to.</summary>
/// <param name="Nearest">The expert with the smallest error for each input, from 0 in the order of learning.</param>
/// <param name="IsKnown">Whether at least one gate's error is within its threshold; otherwise the input belongs to no task learned so far.</param>
/// <param name="Probabilities">softmax(-error / temperature) over the experts, a row for each input.</param>
/// <param name="Errors">Squared Euclidean reconstruction errors, a row for each input.</param>
public sealed record GateChoice(int[] Nearest, bool[] IsKnown, double[][] Probabilities, double[][] Errors)
{
    /// <summary>The chosen expert of an input, or null where it belongs to none of the tasks learned so far.</summary>
    public int? ExpertOf(int input) => IsKnown[input] ? Nearest[input] : null;

    /// <summary>Confidence of a choice: softmax(-error / temperature).</summary>
    /// <param name="errors">One per expert.</param>
    /// <param name="temperature">Positive; above 1 the probabilities are more even.</param>
    public static double[] ProbabilitiesOf(IReadOnlyList<double> errors, double temperature)
    {
        double least = errors.Min(); // taken off all, so that nothing vanishes
        double[] weights = [.. errors.Select(error => Math.Exp((least - error) / temperature))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
