using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Engram.Datasets;

namespace Engram.OwnData.Features;

/// <summary>
/// Arrays in the IDX layout of the MNIST page, of any type and shape, plain or packed with gzip: inputs, and labels beside them
/// (<see cref="FeaturePairs"/>). The data sets that Engram knows are read by a stricter one, which compares checksums.
/// </summary>
[RecordReader("idx", Looks = "NAME-images-idx3-ubyte with NAME-labels-idx1-ubyte, or NAME.idx with NAME-labels.idx, also .gz")]
public sealed partial class IdxReader : RecordReader
{
    private static readonly FeaturePairs Pairs = new(Endings(), "{0}labels.idx");

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, Pairs.NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        FeatureReading.Open(path, Pairs.NameOf, item => FeatureReading.Pair(() => Array(item.Path), () => Pairs.LabelsOf(item.Path, options.Unlabelled) is { } labels ? Array(labels) : null, item), options, progress, cancellation);

    private static StoredArray Array(string path) => DataFile.Read(path, () =>
    {
        using FileStream file = DataFile.Open(path);
        return Parse(file, path);
    });

    /// <summary>Reads a file's header, and its content where it is packed.</summary>
    /// <param name="file">At its beginning.</param>
    /// <param name="path">Named in errors; the file from which items are read later unless it is packed.</param>
    internal static StoredArray Parse(Stream file, string path)
    {
        bool packed = PackedFile.IsPacked(file);
        long length = file.Length;
        using Stream content = PackedFile.Unpack(file, Damaged);
        byte[] mark = new byte[4];
        int read = content.ReadAtLeast(mark, 4, throwOnEndOfStream: false);
        StoredType type = mark[2] switch { 0x08 => StoredType.Byte, 0x09 => new('i', 1), 0x0b => new('i', 2, true), 0x0c => new('i', 4, true), 0x0d => new('f', 4, true), 0x0e => new('f', 8, true), _ => default };
        if (read < 4 || mark[0] != 0 || mark[1] != 0 || !type.IsKnown || mark[3] == 0)
            throw Damaged($"at byte 0 the mark 0x{Convert.ToHexStringLower(mark.AsSpan(0, read))} was found, and two zero bytes, a type (08, 09, 0b, 0c, 0d or 0e) and a number of dimensions were expected");
        byte[] sizes = new byte[4 * mark[3]];
        if ((read = content.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false)) < sizes.Length) throw Damaged($"it ends at byte {4 + read}, inside its header of {4 + sizes.Length} bytes");
        long[] shape = [.. Enumerable.Range(0, mark[3]).Select(d => (long)BinaryPrimitives.ReadUInt32BigEndian(sizes.AsSpan(4 * d)))];
        int start = 4 + sizes.Length;
        if (!packed) return StoredArray.OnDisk(path, type, shape, start, length - start);
        StoredArray.Check(path, type, shape, null);
        double bytes = shape.Aggregate((double)type.Size, (product, size) => product * size);
        if (bytes > System.Array.MaxLength) throw DataFile.Wrong($"'{path}' announces {bytes:0} bytes and is packed, so it would have to be read whole; unpack it.");
        return StoredArray.InMemory(path, type, shape, PackedFile.ReadExactly(content, length, start, (long)bytes, Damaged));

        EngramException Damaged(string found) => DataFile.Wrong($"'{path}' is damaged: {found}; save or copy it again.");
    }

    [GeneratedRegex(@"([-_.]idx[0-9]-[a-z]+|\.idx[0-9]?)(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Endings();
}
