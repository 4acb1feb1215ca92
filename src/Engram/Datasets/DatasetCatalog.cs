namespace Engram.Datasets;

/// <summary>The data sets that commands and settings know by id. A new one needs a file of its own and a line here.</summary>
public static class DatasetCatalog
{
    /// <summary>All of them, the one that needs no download first.</summary>
    public static IReadOnlyList<ImageDatasetSource> All { get; } = [Digits.Source, Mnist.Source, FashionMnist.Source];

    /// <summary>The data set of one id.</summary>
    /// <exception cref="EngramException">No data set has this id.</exception>
    public static ImageDatasetSource Find(string id)
    {
        string[] known = [.. All.Select(source => source.Id)];
        return All.FirstOrDefault(source => source.Id == id)
            ?? throw EngramException.Input("unknown-dataset", $"There is no data set '{id}'; choose one of {string.Join(", ", known)}{NearestNames.Suggest(id, known)}");
    }

    /// <summary>All data sets and where they are; checks names only, so it is fast.</summary>
    public static IReadOnlyList<DatasetListing> List(DataFolders folders) =>
        [.. All.Select(source => new DatasetListing(source.Id, source.Summary, source.Licence, source.Origin, source.Find(folders), source.HowToGet))];
}
