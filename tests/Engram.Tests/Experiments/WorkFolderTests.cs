using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class WorkFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("report.html", "<p>mine</p>")]
    [InlineData("results.json", "{}")]
    [InlineData("matrix.csv", "1,2")]
    [InlineData("config.json", """{"schema":"https://example.org/schema","engram":"no"}""")]
    [InlineData("config.json", """{"schema":1}""")]
    [InlineData("config.json", "[]")]
    [InlineData("study.json", "{ broken")]
    [InlineData("notes.txt", "")]
    public void A_folder_with_a_persons_own_file_is_refused_and_left_as_it_is(string file, string content)
    {
        File.WriteAllText(temporary[file], content);

        EngramException error = Assert.Throws<EngramException>(() => RunFolder.Create(temporary.Path, Toy.Config()));

        Assert.Equal("folder-not-empty", error.Code);
        Assert.Contains($"'{file}'", error.Message);
        Assert.Null(WorkFolder.KindOf(temporary.Path));
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(temporary.Path))));
    }

    [Fact]
    public void A_folder_of_an_earlier_version_is_known_by_its_plan()
    {
        File.WriteAllText(temporary["config.json"], """{"schema":1,"engram":"0.0.9","stream":{"id":"toy"}}""");

        Assert.Equal("run", WorkFolder.KindOf(temporary.Path));
        Assert.Equal("folder-in-use", Assert.Throws<EngramException>(() => RunFolder.Create(temporary.Path, Toy.Config())).Code);
    }

    [Fact]
    public void What_a_kill_leaves_before_the_plan_is_no_obstacle()
    {
        Directory.CreateDirectory(temporary["run", ".engram"]);
        File.WriteAllText(temporary["run", ".engram", "lock"], "");
        File.WriteAllText(temporary["run", "config.json.tmp"], "{");
        Directory.CreateDirectory(temporary["run", "checkpoint"]);
        Assert.True(WorkFolder.IsFree(temporary["run"]));

        RunFolder.Create(temporary["run"], Toy.Config());

        Assert.Equal("run", WorkFolder.KindOf(temporary["run"]));
    }

    [Fact]
    public void Folders_that_only_have_the_names_of_ours_are_not_ours()
    {
        Directory.CreateDirectory(temporary["trials"]);
        File.WriteAllText(temporary["trials", "data.txt"], "");

        Assert.False(WorkFolder.IsFree(temporary.Path));
    }
}
