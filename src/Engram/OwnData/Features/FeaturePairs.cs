using System.Text.RegularExpressions;

namespace Engram.OwnData.Features;

/// <summary>
/// Which files hold features and which their labels. Two belong together when their names are the same but for such words as <c>features</c>,
/// <c>images</c> or <c>X</c> on one side and <c>labels</c> or <c>y</c> on the other: <c>photos.npy</c> with <c>photos-labels.npy</c>, <c>X_train.npy</c> with
/// <c>y_train.npy</c>, <c>train-images-idx3-ubyte</c> with <c>train-labels-idx1-ubyte</c>. A file that is the only one of its kind in a folder takes the
/// only labels there.
/// </summary>
/// <param name="endings">How names of such files end, such as <c>.npy</c>.</param>
/// <param name="example">How labels are called, for the error where there are none.</param>
internal sealed partial class FeaturePairs(Regex endings, string example)
{
    private static readonly HashSet<string> FeatureWords = new(["features", "feature", "images", "image", "embeddings", "inputs", "data", "x"], StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> LabelWords = new(["labels", "label", "targets", "target", "classes", "class", "y"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What a file of features is called without endings and those words; null for labels and other files.</summary>
    public string? NameOf(string file) => Stem(file) is { } stem && !IsLabels(stem) ? Rest(stem, FeatureWords) : null;

    /// <summary>The labels that belong to features; null where there are none and need be none.</summary>
    /// <param name="features">The file of features.</param>
    /// <param name="isUnlabelled">Whether there need be none.</param>
    /// <exception cref="EngramException">There are none, or more than one file of them.</exception>
    public string? LabelsOf(string features, bool isUnlabelled) => DataFile.Read(features, () =>
    {
        string folder = Path.GetDirectoryName(features) ?? "", name = Rest(Stem(Path.GetFileName(features))!, FeatureWords);
        string[] stems = [.. Directory.EnumerateFiles(folder.Length == 0 ? "." : folder).Select(file => Path.GetFileName(file)!).Where(file => Stem(file) is not null).Order(StringComparer.Ordinal)];
        string[] labels = [.. stems.Where(file => IsLabels(Stem(file)!))];
        string[] found = [.. labels.Where(file => Words().Replace(Rest(Stem(file)!, LabelWords), "-").Equals(Words().Replace(name, "-"), StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0 && labels.Length == 1 && stems.Length == 2) found = labels;
        return found.Length switch
        {
            1 => Path.Combine(folder, found[0]),
            0 when isUnlabelled => null,
            0 => throw DataFile.Wrong($"'{features}' has no labels beside it; save them as '{string.Format(null, example, name.Length == 0 ? "" : $"{name}-")}'{(labels.Length == 0 ? "" : $" (labels found: {string.Join(", ", labels.Take(5).Select(file => $"'{file}'"))})")}."),
            _ => throw DataFile.Wrong($"'{features}' has more than one file of labels beside it: {string.Join(", ", found.Select(file => $"'{file}'"))}; leave one of them."),
        };
    });

    private string? Stem(string file) => file[0] != '.' && endings.Match(file) is { Success: true } end ? file[..end.Index] : null;

    private static bool IsLabels(string stem) => Words().Split(stem).Any(LabelWords.Contains);

    private static string Rest(string stem, HashSet<string> words) => !Words().Split(stem).Any(words.Contains) ? stem : string.Join('-', Words().Split(stem).Where(word => word.Length > 0 && !words.Contains(word)));

    [GeneratedRegex("[-_. ]")]
    private static partial Regex Words();
}
