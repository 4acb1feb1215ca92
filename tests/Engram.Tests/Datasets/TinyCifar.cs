using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Engram.Datasets;

namespace Engram.Tests.Datasets;

/// <summary>A small data set in the binary form of CIFAR with a checksum of its own: its files, and the archive of them.</summary>
internal sealed class TinyCifar
{
    public const string Archive = "tiny-binary.tar.gz", Folder = "tiny-batches-bin";
    private readonly CifarForm form;
    private readonly int classes;
    private readonly Func<int, int, byte> pixel;

    /// <param name="coarseLabels">As in CIFAR-100; 0 has records as in CIFAR-10.</param>
    /// <param name="classes">Number of labels.</param>
    /// <param name="perClass">Images of each class to learn from, in two files.</param>
    /// <param name="left">Name of a file that the archive lacks.</param>
    /// <param name="pixel">Byte of a pixel, given the image and the place within it; null for <see cref="Pixel"/>.</param>
    public TinyCifar(int coarseLabels = 0, int classes = 10, int perClass = 4, string? left = null, Func<int, int, byte>? pixel = null)
    {
        (this.classes, this.pixel) = (classes, pixel ?? Pixel);
        int train = classes * perClass;
        form = new()
        {
            Archive = Archive, Md5 = "", Folder = Folder, TrainFiles = ["batch_1.bin", "batch_2.bin"], TestFile = "test.bin",
            ImagesPerTrainFile = train / 2, TestImages = classes * 2, CoarseLabels = coarseLabels,
        };
        Files = new() { ["batch_1.bin"] = Records(0, train / 2), ["batch_2.bin"] = Records(train / 2, train / 2), ["test.bin"] = Records(1000, classes * 2) };
        Packed = Pack(Files.Where(file => file.Key != left));
        form = form with { Md5 = Convert.ToHexStringLower(MD5.HashData(Packed)) };
    }

    /// <summary>Contents by name.</summary>
    public Dictionary<string, byte[]> Files { get; }

    /// <summary>The archive.</summary>
    public byte[] Packed { get; }

    /// <summary>The data set, published at an address.</summary>
    public CifarDataset At(Uri? address = null) => new("tiny", "a summary", address ?? new("http://127.0.0.1:9/"), form, [.. Enumerable.Range(0, classes).Select(label => $"class {label}")]);

    /// <summary>The byte of a pixel: each image has its own, so that one taken for another shows.</summary>
    public static byte Pixel(int image, int at) => (byte)(image * 31 + at * 7 + at / 1024 * 100);

    /// <summary>Packs files as the published archive has them, in a folder.</summary>
    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        using (TarWriter tar = new(gzip))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, $"{Folder}/"));
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{Folder}/readme.html") { DataStream = new MemoryStream("hello"u8.ToArray()) });
            foreach (var (name, content) in files) tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{Folder}/{name}") { DataStream = new MemoryStream(content) });
        }
        return packed.ToArray();
    }

    private byte[] Records(int first, int count) => [.. Enumerable.Range(first, count).SelectMany(image => Record(image))];

    private IEnumerable<byte> Record(int image)
    {
        if (form.CoarseLabels > 0) yield return (byte)(image % form.CoarseLabels);
        yield return (byte)(image % classes);
        for (int at = 0; at < 3072; at++) yield return pixel(image, at);
    }
}
