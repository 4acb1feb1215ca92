namespace Engram.Datasets;

/// <summary>SHA-256 of the four files of a data set in the layout of MNIST, each of the uncompressed content, in lower-case hexadecimal digits.</summary>
public sealed record IdxChecksums
{
    /// <summary>Of <c>train-images-idx3-ubyte</c>.</summary>
    public required string TrainImages { get; init; }

    /// <summary>Of <c>train-labels-idx1-ubyte</c>.</summary>
    public required string TrainLabels { get; init; }

    /// <summary>Of <c>t10k-images-idx3-ubyte</c>.</summary>
    public required string TestImages { get; init; }

    /// <summary>Of <c>t10k-labels-idx1-ubyte</c>.</summary>
    public required string TestLabels { get; init; }
}
