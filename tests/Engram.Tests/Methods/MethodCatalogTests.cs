using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Streams;

namespace Engram.Tests.Methods;

public sealed class MethodCatalogTests
{
    [Theory]
    [InlineData("ewc+ewc", "'ewc+ewc' is no combination: ewc is named twice; name it once.")]
    [InlineData("ewc+fine-tuning", "fine-tuning works alone, since it is a bound that other methods are measured against; leave fine-tuning out.")]
    [InlineData("joint+ewc", "joint works alone, since it is a bound")]
    [InlineData("ewc+separate", "separate works alone, since it has a network of its own for each task; leave separate out.")]
    [InlineData("ewc+sii", "There is no method 'sii'; did you mean 'si'?")]
    [InlineData("toy-task+toy-class", "there is no scenario that all of them can do (toy-task: it is made so, and toy-class: it is made otherwise)")]
    public void What_cannot_be_combined_is_refused_with_the_reason(string id, string message)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Config(id));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void A_combination_does_the_scenarios_that_all_its_parts_do()
    {
        Assert.Equal([Scenario.Task], Toy.Catalogs.Methods.Find("ewc+toy-task").Attribute.Scenarios);
        Assert.Contains("ewc+toy-task cannot do the class scenario: toy-task: it is made so; use --scenario task.", Assert.Throws<EngramException>(() => Toy.Config("ewc+toy-task", Scenario.Class)).Message);
    }

    [Fact]
    public void Each_part_has_its_settings_under_its_own_id()
    {
        RunConfig config = Toy.Config("online-ewc+si", settings: [("method.online-ewc.lambda", "7"), ("method.si.clamp", "path")]);

        JsonObject json = config.ToJson()["method"]!.AsObject();
        RunConfig read = new RunConfigBuilder(new Catalogs(typeof(Toy).Assembly), file: JsonNode.Parse(config.ToJson().ToJsonString())!.AsObject()).Build();

        Assert.Equal(["id", "online-ewc", "si"], json.Select(member => member.Key));
        Assert.Equal((7, 1, "path"), (json["online-ewc"]!["lambda"]!.GetValue<double>(), json["online-ewc"]!["gamma"]!.GetValue<double>(), json["si"]!["clamp"]!.GetValue<string>()));
        Assert.Equal(config.ToJson().ToJsonString(), read.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("""{"ewc":{"lamda":1}}""", "There is no setting 'method.ewc.lamda'; did you mean 'lambda'?")]
    [InlineData("""{"ewc":{"lambda":-1},"si":{"damping":0}}""", "method.ewc.lambda is -1 but must be a number >= 0. method.si.damping is 0 but must be a number > 0.")]
    [InlineData("""{"ewc":null}""", "method.ewc is null but must be an object")]
    [InlineData("""{"lambda":1}""", "There is no setting 'method.lambda'")]
    public void Wrong_settings_of_parts_are_told_by_their_whole_name(string method, string message)
    {
        JsonObject file = new() { ["method"] = JsonNode.Parse(method) };

        Assert.Contains(message, Assert.Throws<EngramException>(() => new RunConfigBuilder(Toy.Catalogs, "toy", "ewc+si", file: file).Build()).Message);
    }

    [Fact]
    public void In_a_comparison_a_setting_of_a_method_reaches_it_alone_and_combined()
    {
        ComparisonPlan plan = ComparisonPlan.Make(Toy.Catalogs, "toy", ["ewc", "ewc+si", "si", "ewc+si:ewc.lambda=9:si.damping=0.5"], 1, null, null, [("ewc.lambda", "3"), ("method.si.lambda", "4")]);

        string?[] Of(Func<JsonNode, JsonNode?> setting) => [.. plan.Trials.Select(trial => setting(trial.Config.ToJson()["method"]!)?.ToJsonString())];
        Assert.Equal(["3", null, $"{new SynapticIntelligence.Options().Lambda}", null], Of(method => method["lambda"]));
        Assert.Equal([null, "3", null, "9"], Of(method => method["ewc"]?["lambda"]));
        Assert.Equal([null, "4", null, "4"], Of(method => method["si"]?["lambda"]));
        Assert.Equal([null, "0.1", null, "0.5"], Of(method => method["si"]?["damping"]));
    }

    [Fact]
    public void A_combination_names_the_papers_and_the_reasons_of_those_parts_that_have_them()
    {
        MethodCatalog methods = new(typeof(Toy).Assembly); // a combination is made once for each catalog

        Assert.Equal("Zenke et al. 2017, arXiv 1703.04200", methods.Find("si+toy-task").Attribute.Paper);
        Assert.Equal("toy-task: it is made so", methods.Find("si+toy-task").Attribute.Reason);
        Assert.Equal("Zenke et al. 2017, arXiv 1703.04200; Kirkpatrick et al. 2017, arXiv 1612.00796", methods.Find("si+ewc").Attribute.Paper);
    }
}
