using System.IO.Compression;
using System.Security.Cryptography;
using Engram.Datasets;

namespace Engram.Tests.Datasets;

/// <summary>A small data set in the layout of MNIST with checksums of its own: what it holds, and its four files as bytes.</summary>
internal sealed class TinyDataset
{
    public static readonly string[] FileNames =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    public TinyDataset(int train = 12, int test = 7, int labels = 10, int testLabels = 0)
    {
        RandomSource random = new(1);
        byte[] Images(int count) => [.. IdxFile.Header(count, 28, 28), .. Enumerable.Range(0, count * 784).Select(_ => (byte)random.NextInt(256))];
        byte[] Labels(int count) => [.. IdxFile.Header(count), .. Enumerable.Range(0, count).Select(i => (byte)(i % labels))];
        Files = [Images(train), Labels(train), Images(test), Labels(testLabels == 0 ? test : testLabels)];
        Source = At(new("http://127.0.0.1:9/"));
    }

    /// <summary>Contents in the order of <see cref="FileNames"/>.</summary>
    public byte[][] Files { get; }

    public IdxDataset Source { get; }

    public IdxDataset At(Uri address)
    {
        string[] sums = [.. Files.Select(file => Convert.ToHexStringLower(SHA256.HashData(file)))];
        IdxChecksums checksums = new() { TrainImages = sums[0], TrainLabels = sums[1], TestImages = sums[2], TestLabels = sums[3] };
        return new("tiny", "a summary", "a licence", "an origin", address, checksums, [.. Enumerable.Range(0, 10).Select(label => $"class {label}")]);
    }

    /// <summary>Writes the files plain into the folder <c>tiny</c> and returns where to look for it.</summary>
    public DataFolders WriteTo(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["tiny"]);
        for (int i = 0; i < 4; i++) File.WriteAllBytes(folder["tiny", FileNames[i]], Files[i]);
        return new(folder.Path);
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }
}
