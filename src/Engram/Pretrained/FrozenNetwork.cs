using Engram.OwnData;
using Engram.Streams;

namespace Engram.Pretrained;

/// <summary>A frozen network at work for many streams: what it has computed once stays in memory and in the user's cache.</summary>
/// <param name="extractor">The network; disposed with this.</param>
/// <param name="folder">Folder of the cache of all networks; null for the user's own.</param>
internal sealed class FrozenNetwork(FeatureExtractor extractor, string? folder = null) : IDisposable
{
    private readonly Dictionary<UInt128, float[]> known = [];
    private readonly FeatureCache cache = new(folder ?? FeatureCache.DefaultFolder, extractor);

    /// <summary>A stream as the network sees it. Several threads may ask; one computes, on all cores.</summary>
    /// <param name="stream">Tasks of samples that fit the network.</param>
    /// <param name="name">How people call the network.</param>
    /// <param name="progress">Hears how many distinct samples are done; null for nobody.</param>
    /// <exception cref="EngramException">The samples are none that the network takes.</exception>
    public TaskStream See(TaskStream stream, string name, IProgress<ReadProgress>? progress)
    {
        lock (known)
        {
            TaskStream seen = FeatureStream.Of(stream, extractor, cache, progress, known: known);
            seen.Remarks = [.. stream.Remarks, $"Samples are seen through {Path.GetFileName(name)}, {extractor.Length} features each.", .. cache.Problem is { } problem ? [problem] : Array.Empty<string>()];
            return seen;
        }
    }

    /// <summary>Sets of samples as the network sees them; nothing of them stays in memory here. Several threads may ask; one computes, on all cores.</summary>
    /// <param name="sets">Samples that fit the network.</param>
    /// <param name="progress">Hears how many distinct samples are done; null for nobody.</param>
    /// <param name="cancellation">Stops the work; what was computed stays in the cache.</param>
    /// <exception cref="EngramException">The samples are none that the network takes.</exception>
    public Samples[] See(IReadOnlyList<Samples> sets, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        lock (known) return FeatureStream.Of(sets, extractor, cache, progress, null, cancellation);
    }

    /// <summary>Id and checksum of the network.</summary>
    public string Identity => extractor.Identity;

    /// <summary>How many numbers a sample becomes.</summary>
    public int Length => extractor.Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        extractor.Dispose();
    }
}
