namespace Engram.OwnData.Features;

/// <summary>Features with their labels from one file or pair of files.</summary>
/// <param name="Features">The inputs.</param>
/// <param name="Labels">As many whole numbers or texts; null without labels.</param>
/// <param name="Item">What their place says.</param>
internal sealed record FeatureFile(StoredArray Features, StoredArray? Labels, DataItem Item) : IDisposable
{
    /// <summary>Makes the pair.</summary>
    /// <exception cref="EngramException">The two do not fit, or the features are no numbers.</exception>
    public static FeatureFile Of(StoredArray features, StoredArray? labels, DataItem item)
    {
        if (features.Type.IsText) throw DataFile.Wrong($"'{features.Path}' holds {features.Type} and should hold numbers; save the features as float32.");
        if (labels is null) return new(features, null, item);
        if (labels.Numbers != 1) throw DataFile.Wrong($"'{labels.Path}' holds {labels.Numbers} numbers for each label, where one was expected; save the number or name of the class, not one place for each class.");
        if (labels.Count != features.Count) throw DataFile.Wrong($"'{labels.Path}' holds {labels.Count} labels, but '{features.Path}' holds {features.Count} records; save as many labels as records.");
        return new(features, labels, item);
    }

    /// <summary>Closes both.</summary>
    public void Dispose()
    {
        Features.Dispose();
        Labels?.Dispose();
    }
}
