using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Engram.Tests;

public sealed class SettingsShapeTests
{
    private static readonly SettingsShape Both = SettingsShape.Of([("outer", SettingsShape.Of(typeof(Outer))), ("in-it", SettingsShape.Of(typeof(Within)))]);

    [Fact]
    public void Settings_of_an_inner_record_are_described_by_their_path() =>
        Assert.Equal([("size", "3", ">= 0"), ("inner.length", "9", ">= 1"), ("inner.width", "1", "")], SettingsShape.Of(typeof(Outer)).Describe().Select(setting => (setting.Name, setting.Default, setting.Range)));

    [Fact]
    public void Settings_of_an_inner_record_are_found_and_written_by_their_path()
    {
        JsonObject json = [];
        Settings.Assign(json, "inner.length", 5);
        Settings.Assign(json, "size", 2);

        Assert.Equal(typeof(int), SettingsShape.Of(typeof(Outer)).Find("inner.length")?.Type);
        Assert.All(["inner", "inner.depth", "size.length", "other.length"], name => Assert.Null(SettingsShape.Of(typeof(Outer)).Find(name)));
        Assert.Equal(new Outer { Size = 2, Inner = new() { Length = 5 } }, SettingsShape.Of(typeof(Outer)).Bind(json, "", []));
    }

    [Fact]
    public void What_is_left_out_of_an_inner_record_is_what_the_outer_one_gives_it() =>
        Assert.Equal(new Outer { Inner = new() { Length = 9, Width = 4 } }, SettingsShape.Of(typeof(Outer)).Bind(JsonNode.Parse("""{"inner":{"width":4}}""")!.AsObject(), "", []));

    [Theory]
    [InlineData("""{"inner":{"length":0}}""", "top.inner.length is 0 but must be a whole number >= 1.")]
    [InlineData("""{"inner":{"lenght":4}}""", "There is no setting 'top.inner.lenght'; did you mean 'length'?")]
    [InlineData("""{"inner":5}""", "top.inner is 5 but must be an object such as {\"length\": ...}.")]
    [InlineData("""{"inner":null}""", "top.inner is null but must be an object such as {\"length\": ...}.")]
    [InlineData("""{"inner":{"length":13}}""", "top.inner.length is 13.")]
    public void Problems_of_an_inner_record_are_reported_with_its_path(string json, string expected)
    {
        List<string> problems = [];

        SettingsShape.Of(typeof(Outer)).Bind(JsonNode.Parse(json)!.AsObject(), "top", problems);

        Assert.Equal(expected, Assert.Single(problems));
    }

    [Fact]
    public void Shapes_side_by_side_are_one_whose_settings_stand_under_the_names_of_the_parts()
    {
        Assert.Equal([("outer.size", "3"), ("outer.inner.length", "9"), ("outer.inner.width", "1"), ("in-it.length", "7"), ("in-it.width", "1")], Both.Describe().Select(setting => (setting.Name, setting.Default)));
        Assert.Equal(("9", ">= 1", "a length"), Both.Find("outer.inner.length") is { } length ? (length.Default, length.Range, length.Description) : default);
        Assert.All(["outer", "outer.inner", "in-it.size", "inner.length"], path => Assert.Null(Both.Find(path)));
        Assert.Equal("""{"outer":{"size":3,"inner":{"length":9,"width":1}},"in-it":{"length":7,"width":1}}""", Settings.ToJson(Both.Create()).ToJsonString());
    }

    [Fact]
    public void What_is_read_into_shapes_side_by_side_is_read_into_the_part_of_that_name()
    {
        List<string> problems = [];
        JsonObject json = [];
        Settings.Assign(json, "in-it.length", 2);
        Settings.Assign(json, "outer.inner.width", 4);

        var read = (IReadOnlyDictionary<string, object>)Both.Bind(json, "", problems);

        Assert.Empty(problems);
        Assert.Equal([KeyValuePair.Create<string, object>("outer", new Outer { Inner = new() { Length = 9, Width = 4 } }), KeyValuePair.Create<string, object>("in-it", new Within { Length = 2 })], read);
        Assert.Equal(new Within(), ((IReadOnlyDictionary<string, object>)Both.Create())["in-it"]);
    }

    [Fact]
    public void Problems_of_all_parts_are_found_at_once_and_their_rules_checked()
    {
        List<string> problems = [];

        Both.Bind(JsonNode.Parse("""{"outer":{"size":-1,"inner":null},"in-it":{"length":13},"inner":{},"outer.size":1}""")!.AsObject(), "method", problems);

        Assert.Equal(
        [
            "method.outer.size is -1 but must be a whole number >= 0.",
            "method.outer.inner is null but must be an object such as {\"length\": ...}.",
            "method.in-it.length is 13.",
            "There is no setting 'method.inner'.",
            "There is no setting 'method.outer.size'.",
        ], problems);
    }

    [Fact]
    public void Only_a_shape_without_children_is_empty() =>
        Assert.Equal((true, true, false, false), (SettingsShape.Of(typeof(NoSettings)).IsEmpty, SettingsShape.Of([]).IsEmpty, SettingsShape.Of(typeof(Within)).IsEmpty, Both.IsEmpty));

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
