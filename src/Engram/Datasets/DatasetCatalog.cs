namespace Engram.Datasets;

/// <summary>The data sets that commands and settings know by id. A new one needs a file of its own and a line here.</summary>
public static class DatasetCatalog
{
    /// <summary>All of them, the one that needs no download first.</summary>
    public static IReadOnlyList<DatasetSource> All { get; } = [Digits.Source, Mnist.Source, FashionMnist.Source, Cifar.TenClasses, Cifar.HundredClasses, Babi.Source, Babi.LargeSource];

    /// <summary>Those of images, which every kind of image stream can be made of.</summary>
    public static IEnumerable<ImageDatasetSource> Images => All.OfType<ImageDatasetSource>();

    /// <summary>The data set of one id.</summary>
    /// <exception cref="EngramException">No data set has this id.</exception>
    public static DatasetSource Find(string id)
    {
        string[] known = [.. All.Select(source => source.Id)];
        return All.FirstOrDefault(source => source.Id == id)
            ?? throw EngramException.Input("unknown-dataset", $"There is no data set '{Quote.Of(id)}'; choose one of {string.Join(", ", known)}{NearestNames.Suggest(id, known)}");
    }

    /// <summary>The data set of one id, which must be of a certain kind.</summary>
    /// <exception cref="EngramException">No data set of this kind has this id.</exception>
    public static T Find<T>(string id) where T : DatasetSource => Find(id) as T
        ?? throw EngramException.Input("unknown-dataset", $"The data set '{id}' is of another kind than the one asked for; choose one of {string.Join(", ", All.OfType<T>().Select(source => source.Id))}.");

    /// <summary>All data sets and where they are; checks names only, so it is fast.</summary>
    public static IReadOnlyList<DatasetListing> List(DataFolders folders) =>
        [.. All.Select(source => new DatasetListing(source.Id, source.Summary, source.Licence, source.Origin, source.Find(folders), source.HowToGet))];
}
