namespace Engram.OwnData.Features;

/// <summary>Features in the safetensors format: the tensor <c>features</c>, its first dimension the records, and the tensor <c>labels</c>, whole numbers.</summary>
[RecordReader("safetensors", Looks = "*.safetensors with the tensors features and labels")]
public sealed class SafeTensorsReader : RecordReader
{
    private const string Ending = ".safetensors";

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        FeatureReading.Open(path, NameOf, item => Open(item, options.Unlabelled), options, progress, cancellation);

    private static string? NameOf(string file) => file[0] != '.' && file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? file[..^Ending.Length] : null;

    private static FeatureFile Open(DataItem item, bool isUnlabelled)
    {
        using FileStream file = DataFile.Open(item.Path);
        SafeTensorsHeader header = DataFile.Read(item.Path, () => SafeTensorsHeader.Read(file, found => DataFile.Wrong($"'{item.Path}' is damaged {found}; save or copy it again.")));
        return FeatureReading.Pair(() => Array("features"), () => isUnlabelled && !header.Entries.Any(entry => entry.Name == "labels") ? null : Array("labels"), item);

        StoredArray Array(string name)
        {
            SafeTensorsEntry entry = header.Entries.FirstOrDefault(entry => entry.Name == name)
                ?? throw DataFile.Wrong($"'{item.Path}' has no tensor '{name}' (it has {string.Join(", ", header.Entries.Take(5).Select(entry => $"'{Quote.Of(entry.Name)}'"))}{(header.Entries.Count > 5 ? ", ..." : "")}); save the inputs as 'features' and the class numbers as 'labels'.");
            StoredType type = entry.Type switch
            {
                "F64" => new('f', 8), "F32" => new('f', 4), "F16" => new('f', 2), "BF16" => new('B', 2), "BOOL" => new('b', 1),
                "I64" => new('i', 8), "I32" => new('i', 4), "I16" => new('i', 2), "I8" => new('i', 1),
                "U64" => new('u', 8), "U32" => new('u', 4), "U16" => new('u', 2), _ => StoredType.Byte,
            };
            return StoredArray.OnDisk(item.Path, type, entry.Shape, header.DataStart + entry.Begin, entry.End - entry.Begin);
        }
    }
}
