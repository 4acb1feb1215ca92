using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class DatasetCatalogTests
{
    [Fact]
    public void Every_data_set_is_found_by_its_id()
    {
        foreach (DatasetSource source in DatasetCatalog.All) Assert.Same(source, DatasetCatalog.Find(source.Id));
    }

    [Fact]
    public void An_unknown_id_suggests_the_nearest_one()
    {
        EngramException error = Assert.Throws<EngramException>(() => DatasetCatalog.Find("mnits"));

        Assert.Equal(("unknown-dataset", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Equal("There is no data set 'mnits'; choose one of digits, mnist, fashion-mnist, cifar-10, cifar-100, babi, babi-10k; did you mean 'mnist'?", error.Message);
    }

    [Fact]
    public void The_list_says_where_each_data_set_is_or_how_to_get_it()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["mnist"]);
        foreach (string name in TinyDataset.FileNames) File.WriteAllText(folder["mnist", name], "");

        IReadOnlyList<DatasetListing> list = DatasetCatalog.List(new(folder.Path));

        Assert.Equal(["digits", "mnist", "fashion-mnist", "cifar-10", "cifar-100", "babi", "babi-10k"], list.Select(line => line.Id));
        Assert.Equal([null, folder["mnist"], null, null, null, null, null], list.Select(line => line.Folder));
        Assert.Equal("engram data get fashion-mnist", list[2].HowToGet);
        Assert.All(list, line => Assert.All([line.Summary, line.Licence, line.Origin], text => Assert.NotEmpty(text)));
    }
}
