using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class DataFoldersTests
{
    [Fact]
    public void The_named_folder_comes_first_then_the_variable_then_the_cache()
    {
        using TemporaryFolder named = new();
        string? variable = Environment.GetEnvironmentVariable("ENGRAM_DATA");

        DataFolders folders = DataFolders.FromEnvironment(named.Path);

        string[] expected = string.IsNullOrWhiteSpace(variable) ? [named.Path, folders.Cache] : [named.Path, Path.GetFullPath(variable), folders.Cache];
        Assert.Equal(expected, folders.Lookup);
        Assert.Equal("engram", Path.GetFileName(folders.Cache));
        Assert.Equal(named.Path, folders.DownloadTo);
    }

    [Fact]
    public void Without_a_named_folder_downloads_go_to_the_cache()
    {
        DataFolders folders = DataFolders.FromEnvironment(null);

        Assert.Equal(folders.Cache, folders.DownloadTo);
        Assert.Equal(folders.Cache, folders.Lookup[^1]);
    }

    [Theory]
    [InlineData("no/such/folder")]
    [InlineData("")]
    public void A_named_folder_must_exist(string name)
    {
        EngramException error = Assert.Throws<EngramException>(() => DataFolders.FromEnvironment(name));

        Assert.Equal(("missing-folder", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains(name, error.Message);
        Assert.Contains("--data", error.Message);
    }
}
