namespace Engram.Streams;

/// <summary>One task of a stream: data and the outputs that belong to it.</summary>
/// <param name="Index">Place in the order of learning, from 0.</param>
/// <param name="Name">What a reader of the matrix sees, such as <c>digits 0/1</c>.</param>
/// <param name="Train">What the task is learned from.</param>
/// <param name="Validation">Held out from the training data; null where none was asked for.</param>
/// <param name="Test">Used for rows of the accuracy matrix and nothing else.</param>
/// <param name="FirstOutput">First output that belongs to the task.</param>
/// <param name="OutputCount">How many consecutive outputs belong to it.</param>
public sealed record LearningTask(int Index, string Name, Samples Train, Samples? Validation, Samples Test, int FirstOutput, int OutputCount)
{
    /// <summary>The outputs that are answers of the task and compete in the task scenario, where they are not all of the task's own; null where they are.</summary>
    public IReadOnlyList<int>? Answers { get; init; }

    /// <summary>How many different answers the task has.</summary>
    public int AnswerCount => Answers?.Count ?? OutputCount;

    /// <summary>Place in the order of learning, from 1.</summary>
    public int Number => Index + 1;
}
