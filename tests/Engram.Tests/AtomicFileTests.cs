using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests;

public sealed class AtomicFileTests
{
    [Fact]
    public void Text_is_written_as_utf8_and_replaces_what_was_there()
    {
        using TemporaryFolder folder = new();

        AtomicFile.Write(folder["file"], "first, and longer");
        AtomicFile.Write(folder["file"], "zweitens: ü");

        Assert.Equal("zweitens: ü"u8.ToArray(), File.ReadAllBytes(folder["file"]));
        Assert.Equal([folder["file"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_content_and_no_rest()
    {
        using TemporaryFolder folder = new();
        AtomicFile.Write(folder["file"], "old");

        EngramException error = Assert.Throws<EngramException>(() => AtomicFile.Write(folder["file"], stream =>
        {
            stream.Write("new"u8);
            throw new IOException("No space left on device.");
        }));

        Assert.Equal((ErrorKind.Failure, "cannot-write"), (error.Kind, error.Code));
        Assert.Contains($"'{folder["file"]}' cannot be written: No space left on device. Free some space", error.Message);
        Assert.Equal("old", File.ReadAllText(folder["file"]));
        Assert.Equal([folder["file"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_that_names_the_file()
    {
        using TemporaryFolder folder = new();

        Assert.Contains(folder["none", "file"], Assert.Throws<EngramException>(() => AtomicFile.Write(folder["none", "file"], "text")).Message);
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs rights on Windows.");
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["mine"], "mine");
        File.CreateSymbolicLink(folder["file"], folder["mine"]);
        File.CreateSymbolicLink(folder["file.tmp"], folder["mine"]);

        AtomicFile.Write(folder["file"], "new");

        Assert.Equal(("mine", "new"), (File.ReadAllText(folder["mine"]), File.ReadAllText(folder["file"])));
        Assert.Null(new FileInfo(folder["file"]).LinkTarget);
    }

    [Fact]
    public void The_rest_of_an_interrupted_write_does_not_stop_the_next_one()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file.tmp"], "half of somethi");

        AtomicFile.Write(folder["file"], "whole");

        Assert.Equal("whole", File.ReadAllText(folder["file"]));
    }
}
