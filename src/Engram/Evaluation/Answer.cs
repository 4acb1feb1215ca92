namespace Engram.Evaluation;

/// <summary>What a method answers to one input.</summary>
/// <param name="Probabilities">One per output, with 0 for those that do not compete; the largest is the answer.</param>
/// <param name="Attention">For each look of the network a weight for every part of the input; null where it does not look, or where another network than the model's own answered.</param>
public sealed record Answer(float[] Probabilities, IReadOnlyList<float[]>? Attention)
{
    /// <summary>The answer.</summary>
    public int Output => Array.IndexOf(Probabilities, Probabilities.Max());
}
