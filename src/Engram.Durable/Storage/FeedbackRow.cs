namespace Engram.Durable.Storage;

/// <summary>The right answer to an earlier prediction, kept until it is learned.</summary>
/// <param name="Prediction">Id of the prediction.</param>
/// <param name="Label">The right answer.</param>
/// <param name="Given">What was answered.</param>
/// <param name="Version">The version that answered.</param>
/// <param name="Received">When the right answer came.</param>
/// <param name="Input">What was asked, as the learner sees it, as <c>SampleBytes</c> writes it.</param>
public sealed record FeedbackRow(string Prediction, string Label, string Given, int Version, DateTimeOffset Received, byte[] Input);
