using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using CsCheck;
using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;

namespace Engram.Tests;

public sealed class SettingsTests
{
    private enum Taste
    {
        Sweet,
        VerySour,
    }

    [Fact]
    public void Help_shows_names_defaults_and_ranges_of_the_records_themselves()
    {
        var shown = SettingsShape.Of(typeof(TrainingOptions)).Describe().ToDictionary(setting => setting.Name, setting => (setting.Default, setting.Range));

        Assert.Equal(("adam", ""), shown["optimizer"]);
        Assert.Equal(("0.001", "> 0 and <= 1000"), shown["learningRate"]);
        Assert.Equal(("128", ">= 1 and <= 1000000"), shown["batch"]);
        Assert.Equal(("1", ">= 1 and <= 1000000"), shown["epochs"]);
        Assert.Equal(("null", ">= 1"), shown["iterations"]);
        Assert.Equal(("false", ""), shown["resetOptimizer"]);
    }

    [Fact]
    public void A_default_that_a_stream_changes_is_shown_as_changed()
    {
        Assert.Equal("domain", SettingsShape.Of(typeof(PermutedImages.Options)).Describe().Single(setting => setting.Name == "scenario").Default);
        Assert.Equal("2", SettingsShape.Of(typeof(TwoImageTasks.Options)).Describe().Single(setting => setting.Name == "tasks").Default);
    }

    [Fact]
    public void Whatever_help_shows_as_a_default_can_be_given_back()
    {
        Catalogs catalogs = new();
        foreach (SettingsShape shape in catalogs.Methods.Entries.Select(entry => entry.Settings)
            .Concat(catalogs.Networks.Entries.Select(entry => entry.Settings)).Concat(catalogs.Streams.Streams.Select(stream => stream.Entry.Settings))
            .Concat(catalogs.Optimizers.Entries.Select(entry => entry.Settings)).Append(SettingsShape.Of(typeof(TrainingOptions))).Append(SettingsShape.Of(typeof(MachineOptions))).Append(catalogs.Methods.Find("online-ewc+replay").Settings))
        {
            JsonObject json = [];
            foreach (Setting setting in shape.Describe().Where(setting => !setting.Type.IsAssignableTo(typeof(IEntryOptions)))) Settings.Assign(json, setting.Name, Settings.Parse(setting.Type, setting.Default));
            List<string> problems = [];

            object read = shape.Bind(json, "", problems);

            Assert.Empty(problems);
            Assert.Equal(Settings.ToJson(shape.Create()).ToJsonString(), Settings.ToJson(read).ToJsonString());
        }
    }

    [Fact]
    public void All_problems_are_found_at_once_each_with_value_and_expectation()
    {
        List<string> problems = [];

        SettingsShape.Of(typeof(Sample)).Bind(JsonNode.Parse("""{"count":0,"share":1.5,"tastes":["sweet","bitter"],"taste":"sour","whole":2.5,"big":-1,"text":null,"yes":"maybe","cuont":3}""")!.AsObject(), "here", problems);

        Assert.Equal(
        [
            "here.count is 0 but must be a whole number >= 1.",
            "here.share is 1.5 but must be a number >= 0 and < 1.",
            """here.tastes is ["sweet","bitter"] but must be a list of values, each one of sweet, very-sour.""",
            """here.taste is "sour" but must be one of sweet, very-sour.""",
            "here.whole is 2.5 but must be a whole number.",
            "here.big is -1 but must be a whole number >= 0.",
            "here.text is null but must be text.",
            """here.yes is "maybe" but must be true or false.""",
            "There is no setting 'here.cuont'; did you mean 'count'?",
        ], problems);
    }

    [Theory]
    [InlineData("""{"taste":"sweet,very-sour"}""")]
    [InlineData("""{"taste":"sweet, sweet"}""")]
    [InlineData("""{"tastes":["sweet,very-sour"]}""")]
    [InlineData("""{"taste":1}""")]
    [InlineData("""{"share":1e999}""")]
    [InlineData("""{"share":"NaN"}""")]
    [InlineData("""{"count":2147483648}""")]
    [InlineData("""{"count":null}""")]
    [InlineData("""{"tastes":[null]}""")]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("""{"text":{}}""")]
    [InlineData("""{"maybe":0}""")]
    public void Values_that_look_almost_right_are_refused(string json)
    {
        List<string> problems = [];

        SettingsShape.Of(typeof(Sample)).Bind(JsonNode.Parse(json)!.AsObject(), "", problems);

        Assert.Single(problems);
    }

    [Fact]
    public void Rules_between_settings_are_checked_once_each_setting_is_right()
    {
        List<string> problems = [];

        SettingsShape.Of(typeof(TrainingOptions)).Bind(new() { ["schedule"] = "cosine", ["halveEvery"] = 3 }, "training", problems);

        Assert.Equal("training.halveEvery is 3 but has no meaning where training.schedule is cosine; leave out one of the two.", Assert.Single(problems));
    }

    [Fact]
    public void Any_json_is_bound_or_reported_and_never_throws()
    {
        string[] names = ["count", "share", "taste", "tastes", "text", "big", "yes", "maybe", "whole", "Count", "", "x"];
        string[] texts = ["sweet", "VerySour", "very-sour", "1", "sweet,sweet", "1e999", "null", ""];
        Gen<JsonNode?> leaf = Gen.OneOf<JsonNode?>(
            Gen.Const((JsonNode?)null), Gen.Int.Select(value => (JsonNode?)value), Gen.Double.Where(double.IsFinite).Select(value => (JsonNode?)value), Gen.Bool.Select(value => (JsonNode?)value),
            Gen.String.Select(value => (JsonNode?)value), Gen.Int[0, texts.Length - 1].Select(i => (JsonNode?)texts[i]), Gen.ULong.Select(value => (JsonNode?)value));
        Gen<JsonNode?> node = Gen.OneOf(leaf, leaf.Array[0, 3].Select(items => (JsonNode?)new JsonArray(items)), leaf.Select(item => (JsonNode?)new JsonObject { ["count"] = item }));

        Gen.Select(Gen.Int[0, names.Length - 1].Select(i => names[i]), node).Array[0, 6].Sample(members =>
        {
            JsonObject json = [];
            foreach (var (name, value) in members) json[name] = value?.DeepClone();
            List<string> problems = [];

            Sample record = (Sample)SettingsShape.Of(typeof(Sample)).Bind(json, "top", problems);

            Assert.All(problems, problem => Assert.Matches(@"^(top\.\w+ is .* but must be .*\.|There is no setting 'top\..*'.*)$", problem.ReplaceLineEndings(" ")));
            if (problems.Count == 0)
            {
                Assert.True(record.Count >= 1 && record.Share is >= 0 and < 1 && Enum.IsDefined(record.Taste) && record.Text is not null);
                Assert.Equal(record.ToString(), SettingsShape.Of(typeof(Sample)).Bind(Settings.ToJson(record), "", problems).ToString());
            }
        }, iter: 5000);
    }

    [Theory]
    [InlineData(typeof(int[]), "400,400", "[400,400]")]
    [InlineData(typeof(int[]), "400", "[400]")]
    [InlineData(typeof(int[]), " 1 , 2 ", "[1,2]")]
    [InlineData(typeof(int[]), "", "[]")]
    [InlineData(typeof(double), "1e-3", "0.001")]
    [InlineData(typeof(double), "nan", "\"nan\"")]
    [InlineData(typeof(double), "Infinity", "\"Infinity\"")]
    [InlineData(typeof(ulong), "18446744073709551615", "18446744073709551615")]
    [InlineData(typeof(int?), "null", "null")]
    [InlineData(typeof(bool), "True", "true")]
    [InlineData(typeof(bool), "yes", "\"yes\"")]
    [InlineData(typeof(string), "5", "\"5\"")]
    [InlineData(typeof(int), "five", "\"five\"")]
    public void What_is_typed_becomes_json_of_the_settings_type_or_stays_text(Type type, string text, string expected) =>
        Assert.Equal(expected, Settings.Parse(type, text)?.ToJsonString() ?? "null");

    [Fact]
    public void An_initialization_is_named_as_it_is_read()
    {
        Assert.Equal("pytorch", SettingsShape.Of(typeof(Mlp.Options)).Describe().Single(setting => setting.Name == "init").Default);
        List<string> problems = [];
        SettingsShape.Of(typeof(Mlp.Options)).Bind(new() { ["init"] = "zero", ["hidden"] = new JsonArray(400, 0) }, "network", problems);

        Assert.Equal(["""network.init is "zero" but must be one of pytorch, he-uniform, xavier-uniform, truncated-normal.""", "network.hidden is 400,0 but must be a list of values, each a whole number >= 1 and <= 65536."], problems);
    }

    private sealed record Sample
    {
        [Description("a count"), Range(1, int.MaxValue)]
        public int Count { get; init; } = 1;

        [Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double Share { get; init; }

        public Taste Taste { get; init; }

        public Taste[] Tastes { get; init; } = [];

        public string Text { get; init; } = "";

        public ulong Big { get; init; }

        public bool Yes { get; init; }

        [Range(1, 9)]
        public int? Maybe { get; init; }

        public int Whole { get; init; }

    }
}
