using Engram.Durable;
using Engram.Tests.Durable;

namespace Engram.Tests.Cli;

/// <summary><c>engram show</c> from the outside.</summary>
public sealed class ShowTests(EngramCommand command)
{
    [Fact]
    public void The_page_is_written_beside_the_learner_and_named()
    {
        using Months months = Taught();

        Outcome outcome = command.Run(months.Folder, "show", "line.engram");

        Assert.Equal((0, "Version 1: line.html\n"), (outcome.ExitCode, outcome.Output.ReplaceLineEndings("\n")));
        Assert.Contains("<h2>How to go on</h2>", File.ReadAllText(Path.Combine(months.Folder, "line.html")));
    }

    [Fact]
    public void The_page_goes_where_it_is_asked_for()
    {
        using Months months = Taught();

        Outcome outcome = command.Run(months.Folder, "show", "line.engram", "--out", "other.html", "--json");

        Assert.Equal((0, 1), (outcome.ExitCode, outcome.Json["version"]!.GetValue<int>()));
        Assert.EndsWith("other.html", outcome.Json["page"]!.GetValue<string>());
        Assert.True(File.Exists(outcome.Json["page"]!.GetValue<string>()));
        Assert.False(File.Exists(Path.Combine(months.Folder, "line.html")));
    }

    [Theory]
    [InlineData("line.engram", "line.engram", "--out is 'line.engram', but a page is written to a file that ends with .html.")]
    [InlineData("line.html", null, "'line.html' ends like a page itself; say with --out where its page goes.")]
    [InlineData("line.html", "line.html", "--out is the learner itself; write its page to another file.")]
    [InlineData("nobody.engram", null, "nobody.engram")]
    public void No_page_is_written_over_a_learner_or_without_one(string engram, string? page, string says)
    {
        using Months months = Taught();
        File.Copy(months.Engram, Path.Combine(months.Folder, "line.html"));
        byte[] before = File.ReadAllBytes(months.Engram);

        Outcome outcome = command.RunWrong(2, months.Folder, ["show", engram, .. page is null ? Array.Empty<string>() : ["--out", page]]);

        Assert.Contains(says, outcome.ErrorLine);
        Assert.Equal(before, File.ReadAllBytes(months.Engram));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(months.Folder, "line.html")));
        Assert.False(File.Exists(Path.Combine(months.Folder, "nobody.html")));
    }

    [Fact]
    public void Help_ends_with_an_example_and_names_the_default()
    {
        using Months months = new();

        Outcome help = command.Run(months.Folder, "show", "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.StartsWith("  engram show line3.engram", help.Output.TrimEnd().Split('\n')[^1]);
        Assert.Matches(@"the learner's name\s+with\s+\.html", help.Output);
    }

    private static Months Taught()
    {
        Months months = new();
        using DurableLearner learner = months.Open();
        learner.Teach(months.Table("jan", 120, "ab", 1));
        return months;
    }
}
