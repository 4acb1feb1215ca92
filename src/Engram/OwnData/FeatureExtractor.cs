using Engram.Streams;

namespace Engram.OwnData;

/// <summary>A frozen network that has already learned to see or to read: turns samples into features that never change.</summary>
public abstract class FeatureExtractor : IDisposable
{
    /// <summary>Id and checksum of the network, such as <c>resnet18:6f1c...</c>: features of another one are other numbers.</summary>
    public abstract string Identity { get; }

    /// <summary>How many numbers a sample becomes.</summary>
    public abstract int Length { get; }

    /// <summary>What is wrong with samples of this kind, and what to do, as a sentence; null where they fit.</summary>
    public abstract string? Problem(Samples samples);

    /// <summary>Computes the features of some samples, on all cores.</summary>
    /// <param name="samples">Samples that fit.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="features">[chosen, Length], row by row; every number is written, the same whatever the number of threads.</param>
    /// <param name="progress">Hears how many are done; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    public abstract void Compute(Samples samples, IReadOnlyList<int> chosen, Span<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the network.</summary>
    protected virtual void Dispose(bool disposing) { }
}

/// <summary>Puts a <see cref="FeatureExtractor"/> into the catalog.</summary>
/// <param name="id">Name, such as <c>resnet18</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FeaturesAttribute(string id) : CatalogEntryAttribute(id);
