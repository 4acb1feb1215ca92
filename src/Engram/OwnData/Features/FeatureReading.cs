namespace Engram.OwnData.Features;

/// <summary>What the readers of features share: all files of a place are opened, and closed again where one of them is wrong.</summary>
internal static class FeatureReading
{
    /// <summary>Opens all files of a place.</summary>
    public static Records Open(string path, Func<string, string?> nameOf, Func<DataItem, FeatureFile> open, RecordOptions options, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        options.RequireNoColumns("Stored features");
        List<FeatureFile> files = [];
        try
        {
            foreach (DataItem item in DataFolder.Items(path, nameOf)) files.Add(open(item));
            return new FeatureRecords(files, progress, cancellation) { Source = path };
        }
        catch
        {
            foreach (FeatureFile file in files) file.Dispose();
            throw;
        }
    }

    /// <summary>Opens features and labels, where there are any.</summary>
    public static FeatureFile Pair(Func<StoredArray> features, Func<StoredArray?> labels, DataItem item)
    {
        StoredArray? first = null, second = null;
        try
        {
            return FeatureFile.Of(first = features(), second = labels(), item);
        }
        catch
        {
            first?.Dispose();
            second?.Dispose();
            throw;
        }
    }
}
