using System.Runtime.ExceptionServices;
using Engram.Streams;

namespace Engram.Pretrained;

/// <summary>A frozen network that has already learned to see or to read: turns samples into features that never change.</summary>
public abstract class FeatureExtractor : IDisposable
{
    /// <summary>Id and checksum of the network, such as <c>resnet18:6f1c...</c>: features of another one are other numbers.</summary>
    public abstract string Identity { get; }

    /// <summary>How many numbers a sample becomes.</summary>
    public abstract int Length { get; }

    /// <summary>What is wrong with samples of this kind, and what to do, as a sentence; null where they fit.</summary>
    public abstract string? Problem(Samples samples);

    /// <summary>By what a sample is known again: two samples of one key have the same features. Here that of its input; a network that reads texts takes the text. Thread-safe.</summary>
    /// <param name="samples">Samples that fit.</param>
    /// <param name="sample">0 to Count - 1.</param>
    public virtual UInt128 KeyOf(Samples samples, int sample) => samples.ContentHash(sample);

    /// <summary>Computes the features of some samples, on all cores.</summary>
    /// <param name="samples">Samples that fit.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="features">[chosen, Length], row by row; every number is written, the same whatever the number of threads.</param>
    /// <param name="progress">Hears how many are done; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">A sample is none that the network takes.</exception>
    public abstract void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the network.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>Does something for each of some samples, on all cores and in any order.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="compute">Does it for one, from 0.</param>
    /// <param name="progress">Hears how many are done, one more each time; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    protected static void OnAllCores(int count, Action<int> compute, IProgress<int>? progress, CancellationToken cancellation)
    {
        int done = 0;
        Lock reporting = new();
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, place =>
            {
                compute(place);
                if (progress is null) return;
                lock (reporting) progress.Report(++done);
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]); // the others stopped for the same reason, or would be next
        }
    }
}

/// <summary>Puts a <see cref="FeatureExtractor"/> into the catalog.</summary>
/// <param name="id">Name, such as <c>resnet18</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FeaturesAttribute(string id) : CatalogEntryAttribute(id)
{
    /// <summary>Samples that the network is taken for where nobody names one.</summary>
    public SuitingSamples Suits { get; init; }

    /// <summary>Ending of the files of networks that the class takes, such as <c>.onnx</c>, named by its setting <c>path</c>; empty for a network of its own.</summary>
    public string Ending { get; init; } = "";
}

/// <summary>Samples that a frozen network suits.</summary>
public enum SuitingSamples
{
    /// <summary>None: it is taken where it is named.</summary>
    None,

    /// <summary>Texts.</summary>
    Texts,

    /// <summary>Pictures too large for a small network of one's own.</summary>
    LargePictures,
}
