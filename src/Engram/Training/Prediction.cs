using Engram.Answering;

namespace Engram.Training;

/// <summary>The answer to one input.</summary>
/// <param name="Answers">What is answered.</param>
/// <param name="Values">One for each output: the probability of each class or label, 0 for those that do not compete, or the numbers themselves.</param>
public sealed record Prediction(Answers Answers, IReadOnlyList<float> Values)
{
    /// <summary>The class or label with the highest probability; the number of the output where it has no name.</summary>
    public string Label => NameOf(Best);

    /// <summary>Its probability, 0 to 1.</summary>
    public float Probability => Values[Best];

    /// <summary>Distance of the input to the nearest class learned, at least 0, in units of the method's own; null where the method knows none.</summary>
    public double? Distance { get; init; }

    /// <summary>The labels with a probability of one half at least, for answers of which any may hold.</summary>
    public IReadOnlyList<string> Labels => [.. Enumerable.Range(0, Values.Count).Where(output => Values[output] >= .5f).Select(NameOf)];

    internal int Best => Enumerable.Range(0, Values.Count).MaxBy(output => Values[output]);

    private string NameOf(int output) => output < Answers.Names.Count ? Answers.Names[output] : $"{output}";
}
