namespace Engram.Datasets;

/// <summary>One task of a <see cref="StoryDataset"/>.</summary>
/// <param name="Name">What it asks for, such as <c>path finding</c>.</param>
/// <param name="Train">Questions to learn from.</param>
/// <param name="Test">Questions that only ever fill the accuracy matrix.</param>
public sealed record StoryTask(string Name, IReadOnlyList<Story> Train, IReadOnlyList<Story> Test);
