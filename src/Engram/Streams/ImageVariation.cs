namespace Engram.Streams;

/// <summary>Pixels that move from image to image in one of several ways.</summary>
/// <param name="sources">For each way the index every pixel is taken from, -1 for background; all of the same length.</param>
/// <param name="wayOf">Which way an image goes, given its index.</param>
public sealed class ImageVariation(IReadOnlyList<int[]> sources, Func<int, int> wayOf)
{
    /// <summary>All ways.</summary>
    internal IEnumerable<int[]> Sources => sources;

    /// <summary>Where the pixels of an image come from.</summary>
    public int[] SourceOfPixel(int image) => sources[wayOf(image)];

    /// <summary>The same ways, each changed.</summary>
    internal ImageVariation Map(Func<int[], int[]> change) => new([.. sources.Select(change)], wayOf);
}
