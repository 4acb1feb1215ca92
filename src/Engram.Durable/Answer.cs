using Engram.Training;

namespace Engram.Durable;

/// <summary>A learner's answer to one input.</summary>
/// <param name="Prediction">Label, and the probability of each class.</param>
/// <param name="IsKnown">Whether the input is like those of the class it was given; where not, it may be none of the learner's classes.</param>
/// <param name="Version">Number of the version that answered.</param>
public sealed record Answer(Prediction Prediction, bool IsKnown, int Version)
{
    /// <summary>The class with the highest probability.</summary>
    public string Label => Prediction.Label;

    /// <summary>Its probability, 0 to 1.</summary>
    public float Probability => Prediction.Probability;
}
