using Engram.Datasets;
using Engram.OwnData;

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

    /// <summary>Opens a user's own data; each once.</summary>
    public Func<string, RecordOptions, Records> Records { get; init; } = (path, _) => throw new InvalidOperationException($"There are no data of anybody's own at '{path}': set {nameof(Records)}.");
}

/// <summary>A kind of stream with its settings: makes the tasks of one run.</summary>
public abstract class StreamDefinition
{
    /// <summary>Makes the tasks.</summary>
    /// <exception cref="EngramException">Settings do not fit the data.</exception>
    public abstract TaskStream Create(StreamContext context);

    /// <summary>Whether a frozen network that suits the samples comes before them where <c>stream.features</c> names none.</summary>
    public virtual bool TakesSuitingFeatures => false;
}
