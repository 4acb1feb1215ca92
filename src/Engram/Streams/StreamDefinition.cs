using Engram.Datasets;

namespace Engram.Streams;

/// <summary>What a stream is made from.</summary>
/// <param name="Id">Full name, such as <c>permuted-mnist</c>.</param>
/// <param name="Dataset">Id of the image data set; empty where the stream has its own data.</param>
/// <param name="Images">Gives the image data set of an id; loads each once.</param>
/// <param name="Seed">The run's seed: order, permutations, noise and subsets come from it.</param>
public sealed record StreamContext(string Id, string Dataset, Func<string, ImageDataset> Images, Seed Seed)
{
    /// <summary>Gives the data set of stories of an id; loads each once.</summary>
    public Func<string, StoryDataset> Stories { get; init; } = id => throw new InvalidOperationException($"There are no stories '{id}': set {nameof(Stories)}.");
}

/// <summary>A kind of stream with its settings: makes the tasks of one run.</summary>
public abstract class StreamDefinition
{
    /// <summary>Makes the tasks.</summary>
    /// <exception cref="EngramException">Settings do not fit the data.</exception>
    public abstract TaskStream Create(StreamContext context);

    /// <summary>The tasks in the order of learning: as the settings say, or drawn from the seed, or as they are.</summary>
    /// <returns>Index of each task in the natural order.</returns>
    /// <param name="options">Say which tasks and which order.</param>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="seed">The run's seed.</param>
    protected static int[] OrderOf(StreamOptions options, int tasks, Seed seed)
    {
        if (options.Order is { } numbers) return [.. numbers.Select(number => number - 1)];
        int[] chosen = [.. options.Chosen().Select(number => number - 1)];
        return options.ShuffleTasks ? [.. seed.For("task-order").Permutation(tasks).Where(chosen.Contains)] : chosen;
    }
}
