using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Tests.Datasets;
using TorchSharp;

namespace Engram.Tests.Experiments;

/// <summary>Work that an older Engram began goes on, though there are more settings now.</summary>
public sealed class RunConfigDifferencesTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public static TheoryData<string, string> Configurations => new()
    {
        { "fine-tuning", "sgd" }, { "ewc", "adam" }, { "ewc+replay", "adagrad" }, { "gem", "sgd" }, { "lwf+ewc", "adamw" },
    };

    public void Dispose() => temporary.Dispose();

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_setting_that_was_not_written_had_its_default(string method, string optimizer)
    {
        RunConfig config = Toy.Config(method, settings: [("training.optimizer", optimizer)]);
        List<string> missed = [];

        foreach (string setting in Leaves(config.ToJson(), "").Where(setting => setting != "engram"))
        {
            JsonObject written = config.ToJson();
            Remove(written, setting);
            // The stream suggests nothing, so what is missing gets its default.
            bool isDefault = setting != "schema" && !setting.EndsWith("id", StringComparison.Ordinal)
                && JsonNode.DeepEquals(config.ToJson(), new RunConfigBuilder(Toy.Catalogs, file: written.DeepClone().AsObject()).Build().ToJson());
            if (!isDefault) missed.Add(setting);
            Assert.Equal(isDefault ? [] : [setting], config.DifferencesFrom(written).Select(one => one.Setting));
        }

        Assert.Contains("training.batch", missed);
        Assert.Contains("stream.id", missed);
        Assert.Empty(config.DifferencesFrom(config.ToJson()));
    }

    [Fact]
    public void A_setting_that_is_not_there_any_more_and_one_of_another_kind_differ()
    {
        RunConfig config = Toy.Config("ewc", settings: ("method.lambda", "3"));
        JsonObject written = config.ToJson();
        written["method"]!["forgotten"] = 1;
        written["method"]!["void"] = null;
        written["training"]!["epochs"] = 2;
        written["engram"] = "0.0.1";

        Assert.Equal([("method.forgotten", "1", "not there"), ("method.void", "null", "not there"), ("training.epochs", "2", "[1]")], config.DifferencesFrom(written).OrderBy(one => one.Setting));
    }

    [Fact]
    public void A_run_of_an_Engram_that_knew_fewer_settings_goes_on_with_the_same_bits()
    {
        RunConfig config = Toy.Config("ewc", settings: ("method.lambda", "3"));
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        int seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Toy.Run(config, folder, _ => { if (++seen == 4) stop.Cancel(); }, stop));

        Age(folder, "stream.activeClasses", "training.weightDecay");
        var (opened, read) = RunFolder.Open(temporary["run"], Toy.Catalogs);
        RunResult result = Toy.Run(read, opened);

        Toy.AssertSame(Toy.Run(config), result);
    }

    [Fact]
    public void A_trial_and_a_comparison_of_fewer_settings_are_known_again_and_others_are_not()
    {
        ComparisonPlan plan = ComparisonPlan.Make(Toy.Catalogs, "toy", ["ewc"], 2, null, null, []), other = ComparisonPlan.Make(Toy.Catalogs, "toy", ["ewc"], 2, null, null, [("training.weightDecay", "0.1")]);
        ComparisonFolder.Create(temporary["all"], plan);
        JsonObject written = plan.Json.DeepClone().AsObject();
        foreach (JsonNode? trial in written["trials"]!.AsArray()) Remove(trial!["config"]!.AsObject(), "training.weightDecay");
        File.WriteAllText(temporary["all", "comparison.json"], written.ToJsonString());
        JsonObject one = plan.Trials[0].Config.ToJson();
        Remove(one, "training.weightDecay");
        RunFolder.Create(temporary["one"], plan.Trials[0].Config);
        File.WriteAllText(temporary["one", "config.json"], one.ToJsonString());

        Assert.True(ComparisonFolder.IsOf(temporary["all"], plan));
        Assert.False(ComparisonFolder.IsOf(temporary["all"], other));
        Assert.Null(RunFolder.DifferenceFrom(temporary["one"], plan.Trials[0].Config));
        Assert.Equal(" with other settings: training.weightDecay is 0 there and 0.1 here", RunFolder.DifferenceFrom(temporary["one"], other.Trials[0].Config));
    }

    // The run as if settings had come after it: out of its plan and out of its checkpoint.
    private static void Age(RunFolder folder, params string[] settings)
    {
        JsonObject plan = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "config.json")))!.AsObject();
        var (tensors, values, header) = StateFile.Read(SafeTensors.Read(folder.Checkpoint.Path), folder.Checkpoint.Path, "a checkpoint");
        foreach (string setting in settings)
        {
            Remove(plan, setting);
            Remove(header, setting);
        }
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), plan.ToJsonString());
        StateFile.Save(folder.Checkpoint.Path, new(tensors, values, torch.CPU), header);
        foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
    }

    private static IEnumerable<string> Leaves(JsonObject json, string path) =>
        json.SelectMany(member => member.Value is JsonObject inner ? Leaves(inner, $"{path}{member.Key}.") : [path + member.Key]);

    private static void Remove(JsonObject json, string path)
    {
        string[] parts = path.Split('.');
        JsonObject holder = parts[..^1].Aggregate(json, (node, name) => node[name]!.AsObject());
        Assert.True(holder.Remove(parts[^1]));
    }
}
