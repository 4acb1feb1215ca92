using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Engram.OwnData.Features;

/// <summary>Features in NumPy arrays: one array of inputs, its first dimension the records, and one of labels beside it (<see cref="FeaturePairs"/>).</summary>
[RecordReader("npy", Looks = "NAME.npy with NAME-labels.npy (features)", Form = "features")]
public sealed partial class NpyReader : RecordReader
{
    private static readonly FeaturePairs Pairs = new(Endings(), "{0}labels.npy");

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, Pairs.NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        FeatureReading.Open(path, Pairs.NameOf, item => FeatureReading.Pair(() => NpyFile.Open(item.Path), () => Pairs.LabelsOf(item.Path, options.Unlabelled) is { } labels ? NpyFile.Open(labels) : null, item), options, progress, cancellation);

    /// <inheritdoc/>
    public override InputForm FormOf(JsonObject json) => FeatureForm.FromJson(json);

    [GeneratedRegex(@"\.npy$", RegexOptions.IgnoreCase)]
    private static partial Regex Endings();
}
