using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Engram.Tests;

public sealed class InnerSettingsTests
{
    [Fact]
    public void Settings_of_an_inner_record_are_described_by_their_path() =>
        Assert.Equal([("size", "3", ">= 0"), ("inner.length", "9", ">= 1"), ("inner.width", "1", "")], Settings.Describe(typeof(Outer)).Select(setting => (setting.Name, setting.Default, setting.Range)));

    [Fact]
    public void Settings_of_an_inner_record_are_found_and_written_by_their_path()
    {
        JsonObject json = [];
        Settings.Assign(json, "inner.length", 5);
        Settings.Assign(json, "size", 2);

        Assert.Equal(typeof(int), Settings.TypeOf(typeof(Outer), "inner.length"));
        Assert.All(["inner", "inner.depth", "size.length", "other.length"], name => Assert.Null(Settings.TypeOf(typeof(Outer), name)));
        Assert.Equal(new Outer { Size = 2, Inner = new() { Length = 5 } }, Settings.Bind(typeof(Outer), json, "", []));
    }

    [Fact]
    public void What_is_left_out_of_an_inner_record_is_what_the_outer_one_gives_it() =>
        Assert.Equal(new Outer { Inner = new() { Length = 9, Width = 4 } }, Settings.Bind(typeof(Outer), JsonNode.Parse("""{"inner":{"width":4}}""")!.AsObject(), "", []));

    [Theory]
    [InlineData("""{"inner":{"length":0}}""", "top.inner.length is 0 but must be a whole number >= 1.")]
    [InlineData("""{"inner":{"lenght":4}}""", "There is no setting 'top.inner.lenght'; did you mean 'length'?")]
    [InlineData("""{"inner":5}""", "top.inner is 5 but must be an object such as {\"length\": ...}.")]
    [InlineData("""{"inner":null}""", "top.inner is null but must be an object such as {\"length\": ...}.")]
    [InlineData("""{"inner":{"length":13}}""", "top.inner.length is 13.")]
    public void Problems_of_an_inner_record_are_reported_with_its_path(string json, string expected)
    {
        List<string> problems = [];

        Settings.Bind(typeof(Outer), JsonNode.Parse(json)!.AsObject(), "top", problems);

        Assert.Equal(expected, Assert.Single(problems));
    }

    private sealed record Outer
    {
        [Range(0, int.MaxValue)]
        public int Size { get; init; } = 3;

        public Within Inner { get; init; } = new() { Length = 9 };
    }

    private sealed record Within : ISettingsRules
    {
        [Description("a length"), Range(1, int.MaxValue)]
        public int Length { get; init; } = 7;

        public int Width { get; init; } = 1;

        public IEnumerable<string> Problems(string path)
        {
            if (Length == 13) yield return $"{path}.length is 13.";
        }
    }
}
