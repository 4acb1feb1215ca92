using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;
using Engram.Streams;
using Engram.Tests.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Experiments;

/// <summary>
/// A checkpoint's checksum is no signature: whoever wrote it can make it anew. Whatever stands in one, a run goes on with it or says in one
/// line that it does not.
/// </summary>
public sealed class StrangeCheckpointTests
{
    private static readonly string[] Combinations = ["ewc+si", "gem+grow"];

    // Settings with which a method that has them is small.
    private static readonly (string Name, string Value)[] Small = [("hidden", "8"), ("latent", "4"), ("code", "4")];

    // Whole by chance: limits of pixels, which may be negative.
    private static readonly string[] Measured = ["low", "high"];

    public static TheoryData<string> Ids => [.. new Catalogs().Methods.Entries.Select(entry => entry.Attribute.Id), .. Combinations];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_entry_that_is_not_what_it_was_declared_to_be_is_refused(string id)
    {
        foreach (Stopped run in Runs(id, alsoAfter: false))
            using (run)
            {
                foreach (string name in run.Tensors.Keys)
                {
                    Tensor tensor = run.Tensors[name];
                    run.AssertRefused($"{name} is missing", (tensors, _) => tensors.Remove(name));
                    run.AssertRefused($"{name} is longer", (tensors, _) => tensors[name] = cat([tensor.flatten(), zeros(1, dtype: tensor.dtype)]));
                    run.AssertRefused($"{name} has another shape", (tensors, _) => tensors[name] = tensor.unsqueeze(0).unsqueeze(0));
                    run.AssertRefused($"{name} is empty", (tensors, _) => tensors[name] = zeros(0, dtype: tensor.dtype));
                    run.AssertRefused($"{name} has another type", (tensors, _) => tensors[name] = tensor.to(tensor.dtype == float64 ? float32 : float64));
                    if (tensor.is_floating_point()) run.AssertRefused($"{name} is not finite", (tensors, _) => tensors[name] = tensor / zeros_like(tensor));
                    else foreach (long wrong in (long[])[-1, int.MaxValue]) run.AssertRefused($"{name} is {wrong}", (tensors, _) => tensors[name] = full_like(tensor, wrong));
                }
                run.AssertRefused("there is one tensor more", (tensors, _) => tensors["method.more"] = ones(1));
                run.AssertRefused("there is one value more", (_, values) => values["method.more"] = 1);
                foreach (var (name, value) in run.Values)
                {
                    run.AssertRefused($"{name} is missing", (_, values) => values.Remove(name));
                    foreach (string json in (string[])["null", "{}", "\"text\"", "[[[]]]", "-7", "9223372036854775807"])
                        if (value!.GetValueKind() != JsonNode.Parse(json)?.GetValueKind()) run.AssertRefused($"{name} is {json}", (_, values) => values[name] = JsonNode.Parse(json));
                    if (Measured.Contains(name.Split('.')[^1])) continue;
                    foreach (string path in Wholes(value)) // counts and indices
                        foreach (long wrong in (long[])[-7, long.MaxValue])
                            run.AssertRefused($"{name}{path} is {wrong}", (_, values) => values[name] = With(value!, path, wrong));
                }
            }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Any_other_change_ends_in_results_or_in_one_line(string id)
    {
        RandomSource random = new Seed(5).For(id);
        foreach (Stopped run in Runs(id, alsoAfter: true))
            using (run)
                for (int i = 0; i < 6; i++)
                {
                    string change = "";
                    run.AssertRunsOrRefuses(() => change, (tensors, values) => change = Mutate(tensors, values, random));
                }
    }

    [Theory]
    [InlineData("""{"run":1,"run":2}""", "corrupt-checkpoint")]
    [InlineData("""{"run":"\ud800"}""", "corrupt-checkpoint")]
    [InlineData("""{"\ud800":1}""", "corrupt-checkpoint")]
    [InlineData("[]", "corrupt-checkpoint")]
    [InlineData("null", "corrupt-checkpoint")]
    [InlineData("{", "corrupt-checkpoint")]
    public void Values_that_are_no_strict_json_are_refused(string json, string code)
    {
        using TemporaryFolder temporary = new();
        Checkpoint checkpoint = new(temporary["state.safetensors"]);
        RunConfig config = Toy.Config();
        string configuration = config.ToJson().ToJsonString();
        using (FileStream file = File.Create(checkpoint.Path))
            SafeTensors.Write(file, new Dictionary<string, Tensor>(), new Dictionary<string, string>
            {
                ["schema"] = "1", ["config"] = configuration, ["state"] = json, ["sha256"] = StateFile.Digest(configuration + json, new Dictionary<string, Tensor>()),
            });

        EngramException error = Assert.Throws<EngramException>(() => checkpoint.Load(config, CPU));

        Assert.Equal((ErrorKind.Input, code), (error.Kind, error.Code));
    }

    // Stopped in the second of three tasks, and where it is learned.
    private static IEnumerable<Stopped> Runs(string id, bool alsoAfter)
    {
        Scenario scenario = Combinations.Contains(id) ? Scenario.Task : new Catalogs().Methods.Find(id).Attribute.Scenarios[0];
        (string, string)[] settings = [("stream.tasks", "3"), ("training.checkpointEvery", "1000"), .. Small.Where(one => new Catalogs().Methods.Find(id).Settings.Find(one.Name) is not null).Select(one => ($"method.{one.Name}", one.Value))];
        yield return new(Toy.Config(id, scenario, settings), RunPhase.Training);
        if (alsoAfter) yield return new(Toy.Config(id, scenario, [.. settings, ("training.optimizer", "adagrad")]), RunPhase.Evaluating);
    }

    // Paths of all whole numbers in a value, such as [3].Seen.
    private static IEnumerable<string> Wholes(JsonNode? node) => node switch
    {
        JsonArray list => list.Index().Where(item => item.Index == 0 || item.Index == list.Count - 1).SelectMany(item => Wholes(item.Item).Select(path => $"[{item.Index}]{path}")),
        JsonObject members => members.SelectMany(member => Wholes(member.Value).Select(path => $".{member.Key}{path}")),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _) => [""],
        _ => [],
    };

    private static JsonNode With(JsonNode value, string path, JsonNode replacement)
    {
        JsonNode root = new JsonObject { ["root"] = value.DeepClone() };
        JsonNode leaf = root["root"]!;
        string full = $"$.root{path}";
        foreach (JsonNode node in All(leaf)) if (node.GetPath() == full) leaf = node;
        leaf.ReplaceWith(replacement);
        return root["root"]!.DeepClone();
    }

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        null => [],
        JsonArray list => list.SelectMany(All).Prepend(node),
        JsonObject members => members.SelectMany(member => All(member.Value)).Prepend(node),
        _ => [node],
    };

    private static string Mutate(Dictionary<string, Tensor> tensors, JsonObject values, RandomSource random)
    {
        JsonNode[] nodes = [.. values.SelectMany(member => All(member.Value))];
        JsonNode chosen = nodes[random.NextInt(nodes.Length)];
        string[] replacements = ["0", "1", "2", "-1", "0.5", "1e300", "true", "false", "null", "[]", "{}", "\"\"", "[0]", "[[0]]"];
        switch (random.NextInt(4))
        {
            case 0 when chosen is JsonArray { Count: > 0 } list:
                list.RemoveAt(random.NextInt(list.Count));
                return $"{list.GetPath()} is shorter";
            case 1 when chosen is JsonArray { Count: > 0 } list:
                list.Add(list[random.NextInt(list.Count)]?.DeepClone());
                return $"{list.GetPath()} is longer";
            case 2 when tensors.Count > 1:
                string[] names = [.. tensors.Keys];
                string one = names[random.NextInt(names.Length)], other = names[random.NextInt(names.Length)];
                (tensors[one], tensors[other]) = (tensors[other], tensors[one]);
                return $"{one} and {other} are swapped";
            default:
                string json = replacements[random.NextInt(replacements.Length)], path = chosen.GetPath();
                chosen.ReplaceWith(JsonNode.Parse(json));
                return $"{path} is {json}";
        }
    }

    /// <summary>A run that was stopped, whose checkpoint is changed and written with a right checksum.</summary>
    private sealed class Stopped : IDisposable
    {
        private readonly TemporaryFolder temporary = new();
        private readonly RunConfig config;
        private readonly RunFolder folder;
        private readonly byte[]? steps; // null where there are none, as of a method without gradient

        public Stopped(RunConfig config, RunPhase phase)
        {
            this.config = config;
            folder = RunFolder.Create(temporary["run"], config);
            using CancellationTokenSource stop = new();
            int steps = 0;
            Assert.ThrowsAny<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now.Task == 2 && now.Phase == phase && (phase != RunPhase.Training || ++steps == 3)) stop.Cancel(); }, stop));
            this.steps = File.Exists(StepsPath) ? File.ReadAllBytes(StepsPath) : null;
            var (state, _) = folder.Checkpoint.Load(config, CPU)!.Value;
            (Tensors, Values) = (state.Tensors.ToDictionary(), state.Values);
        }

        public Dictionary<string, Tensor> Tensors { get; }

        public JsonObject Values { get; }

        private string StepsPath => temporary["run", "steps.csv"];

        public void AssertRefused(string change, Action<Dictionary<string, Tensor>, JsonObject> edit) =>
            Assert.True(Refusal(() => change, edit) is { Kind: ErrorKind.Input }, $"{config.Method.Id}: {change}, and the run went on");

        public void AssertRunsOrRefuses(Func<string> change, Action<Dictionary<string, Tensor>, JsonObject> edit) => Refusal(change, edit);

        public void Dispose()
        {
            foreach (Tensor tensor in Tensors.Values) tensor.Dispose();
            temporary.Dispose();
        }

        private EngramException? Refusal(Func<string> change, Action<Dictionary<string, Tensor>, JsonObject> edit)
        {
            using var scope = NewDisposeScope();
            Dictionary<string, Tensor> tensors = new(Tensors);
            JsonObject values = (JsonObject)Values.DeepClone();
            edit(tensors, values);
            using (FileStream file = File.Create(folder.Checkpoint.Path)) StateFile.Write(file, new StateBag(tensors, values), config.ToJson());
            if (steps is not null) File.WriteAllBytes(StepsPath, steps);
            try
            {
                Toy.Run(config, folder);
                return null;
            }
            catch (EngramException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                Assert.InRange(error.Message.Length, 1, 600);
                return error;
            }
            catch (Exception error)
            {
                Assert.Fail($"{config.Method.Id}: {change()}: {error}");
                throw;
            }
        }
    }
}
