namespace Engram.Streams;

/// <summary>What a task asks about an image, where it is not the image's label.</summary>
/// <param name="Answers">How many answers there are; each has an output.</param>
/// <param name="AnswerOf">Index of the right answer, given the image's label and its index in the data set.</param>
public sealed record ImageQuestion(int Answers, Func<int, int, int> AnswerOf);
