using EngramSamples;

namespace Engram.Tests.SamplePrograms;

public sealed class SampleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("engram-samples-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_quick_start_learns_and_leaves_its_page()
    {
        double accuracy = QuickStart.Run(Path.Combine(folder, "run"));

        Assert.InRange(accuracy, 0.5, 1);
        Assert.True(File.Exists(Path.Combine(folder, "run", "report.html")));
    }

    [Fact]
    public void A_method_of_ones_own_is_known_by_its_id_and_does_what_it_says()
    {
        var (learned, kept) = OwnMethod.Run();

        Assert.InRange(learned, 0.9, 1);
        Assert.InRange(kept, learned - 0.05, 1); // the body of task 1 is frozen and each task has outputs of its own
    }

    [Fact]
    public void The_readme_shows_the_quick_start_as_it_is()
    {
        string root = Repository.Root;
        string[] body = [.. File.ReadAllLines(Path.Combine(root, "samples", "QuickStart.cs")).SkipWhile(line => !line.Contains("Laboratory laboratory")).TakeWhile(line => !line.Contains("return")).Select(line => line.TrimStart())];
        string[] readme = [.. File.ReadAllLines(Path.Combine(root, "README.md")).Select(line => line.TrimStart())];

        int first = Array.IndexOf(readme, body[0]);

        Assert.True(first >= 0, "README.md does not show the quick start.");
        Assert.Equal(body, readme[first..(first + body.Length)]);
    }

    [Fact]
    public void The_readme_shows_the_learner_that_lasts_as_it_is()
    {
        string[] lasting = [.. File.ReadAllLines(Path.Combine(Repository.Root, "samples", "Lasting.cs")).Select(line => line.TrimStart())];

        string text = string.Join('\n', lasting.SkipWhile(line => !line.StartsWith("using Learner", StringComparison.Ordinal)).Take(3));

        Assert.Contains(text, File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n"));
    }
}
