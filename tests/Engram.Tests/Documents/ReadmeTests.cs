using Engram.Experiments;

namespace Engram.Tests.Documents;

public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_table_of_methods_is_the_catalog()
    {
        string expected = string.Concat(new Catalogs().Methods.Entries.Select(entry => $"| `{entry.Attribute.Id}` | {entry.Attribute.Summary} | {entry.Attribute.Paper}{(entry.Attribute.Paper.Length > 0 ? " " : "")}|\n"));

        string table = Readme.Split("<!-- methods: a test compares this table with the catalog -->\n")[1].Split("<!-- end of methods -->")[0];

        Assert.Equal("| id | does | paper |\n|---|---|---|\n" + expected, table);
    }

    [Fact]
    public void Continuous_integration_calls_the_test_command_of_the_readme()
    {
        string script = File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run"));

        Assert.Contains("\ndotnet test -c Release\n", Readme);
        Assert.Contains("\ndotnet test -c Release ", script);
    }
}
