using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods.Regularization;
using Engram.Optimizers;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class ListTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("methods")]
    [InlineData("streams")]
    [InlineData("networks")]
    [InlineData("optimizers")]
    public void Lists_name_everything_in_the_catalog(string command)
    {
        Catalogs catalogs = new();
        string[] ids = command switch
        {
            "methods" => [.. catalogs.Methods.Entries.Select(entry => entry.Attribute.Id)],
            "streams" => [.. catalogs.Streams.Streams.Select(stream => stream.Id)],
            "optimizers" => [.. catalogs.Optimizers.Entries.Select(entry => entry.Attribute.Id)],
            _ => [.. catalogs.Networks.Entries.Select(entry => entry.Attribute.Id)],
        };

        JsonArray json = engram.Run(folder.Path, command, "--json").Json.AsArray();
        string text = engram.Run(folder.Path, command).Output;

        Assert.Equal(ids.Order(), json.Select(entry => entry!["id"]!.GetValue<string>()).Order());
        Assert.All(json, entry => Assert.All(["name", "family", "summary"], name => Assert.NotEmpty(entry![name]!.GetValue<string>())));
        Assert.All(json, entry => Assert.NotNull(entry!["paper"]));
        Assert.All(ids, id => Assert.Contains($"  {id} ", text));
    }

    private static string Default => $"{new ElasticWeightConsolidation.Options().Lambda}";

    [Fact]
    public void One_method_shows_its_settings_with_type_default_and_range()
    {
        string text = engram.Run(folder.Path, "methods", "ewc").Output;
        JsonNode lambda = engram.Run(folder.Path, "methods", "ewc", "--json").Json[0]!["settings"]![0]!;

        Assert.Contains("Elastic weight consolidation", text);
        Assert.Matches($"method.lambda +{Default} .*a number >= 0", text);
        Assert.Contains("engram run permuted-digits --method ewc --set method.", text);
        Assert.Equal(("lambda", "a number", Default, ">= 0"), (Text("name"), Text("type"), Text("default"), Text("range")));

        string Text(string name) => lambda[name]!.GetValue<string>();
    }

    [Fact]
    public void One_optimizer_shows_its_settings_as_they_are_set()
    {
        string text = engram.Run(folder.Path, "optimizers", "adamw").Output;

        Assert.Matches($"training.optimizer.beta1 +{new AdamW.Options().Beta1} .*a number >= 0 and < 1", text);
        Assert.Contains("engram run permuted-digits --set training.optimizer=adamw --set training.optimizer.beta1=0.9", text);
    }

    [Fact]
    public void Data_sets_say_where_they_are_or_how_to_have_them()
    {
        string text = engram.Run(folder.Path, "data", "list", "--data", folder.Path).Output;
        JsonArray json = engram.Run(folder.Path, "data", "list", "--json").Json.AsArray();

        Assert.Contains("not here: engram data get mnist", text);
        Assert.Contains(folder.Path, text);
        Assert.Contains(json, entry => entry!["id"]!.GetValue<string>() == "fashion-mnist" && entry["folder"] is null);
    }

    [Fact]
    public void Doctor_finds_the_engine_and_says_what_to_do_about_missing_data()
    {
        Outcome doctor = engram.Run(folder.Path, "doctor");

        Assert.Equal(0, doctor.ExitCode);
        Assert.Matches("engine +libtorch [0-9.]+.* by TorchSharp", doctor.Output);
        Assert.Matches("data mnist +engram data get mnist", doctor.Output);
    }
}
