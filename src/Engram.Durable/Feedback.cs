namespace Engram.Durable;

/// <summary>The right answer to an earlier prediction.</summary>
/// <param name="Prediction">Id that the prediction was given; a second answer to it replaces the first.</param>
/// <param name="Label">The right answer; a class that nobody has heard of is new.</param>
/// <param name="Input">What was asked, as the learner sees it: features, or the numbers of a form.</param>
/// <param name="Given">The label that was answered.</param>
/// <param name="Version">Number of the version that answered.</param>
/// <param name="When">When the right answer came.</param>
public sealed record Feedback(string Prediction, string Label, float[] Input, string Given, int Version, DateTimeOffset When);
