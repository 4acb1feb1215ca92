namespace Engram.Datasets;

/// <summary>Questions about stories in several tasks, each with its official split.</summary>
/// <param name="Tasks">The tasks in their official order.</param>
public sealed record StoryDataset(IReadOnlyList<StoryTask> Tasks)
{
    /// <summary>Every word and every answer once, in alphabetical order: one dictionary for all tasks and both splits.</summary>
    public IReadOnlyList<string> Symbols { get; } = [.. Tasks.SelectMany(task => task.Train.Concat(task.Test))
        .SelectMany(story => story.Statements.SelectMany(words => words).Concat(story.Question).Append(story.Answer)).Distinct().Order(StringComparer.Ordinal)];
}
