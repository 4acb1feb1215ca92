using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Datasets;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Methods;
using Engram.OwnData;
using Engram.OwnData.Features;
using Engram.OwnData.Rows;
using Engram.Tables;
using Engram.TaskOrder;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench.Fuzzing;

/// <summary>Every parser of what may come from strangers, but for whole checkpoints (<see cref="CheckpointTargets"/>).</summary>
internal sealed class ParserTargets
{
    private const string RecipeText = """
        {
          "title": "A recipe", "source": { "authors": "Someone", "year": 2020, "arxiv": "2001.00001", "place": "table 1", "runs": 4 }, "seeds": 2, "reference": "joint", "fates": ["none", "joint"],
          "config": { "stream": { "id": "permuted-digits", "tasks": 2 } },
          "rows": [
            { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "paper": 0.5, "deviation": 0.02, "within": 0.1 },
            { "id": "none-first", "label": "None: task 1", "of": "none", "metric": "R[T,1]", "band": [null, 0.4] },
            { "id": "joint", "label": "Joint", "method": { "id": "joint" }, "band": [0.9, 1] }
          ],
          "sweeps": [{ "id": "ewc", "label": "EWC", "method": { "id": "ewc", "samples": 100 }, "values": [0.00001, 1000000] }],
          "gates": [{ "says": "joint is better", "holds": "joint - none >= 0.2", "everySeed": true }, { "says": "a cell", "holds": "max(ewc@*, none:R[T,1]) < 1" }],
          "quick": { "seeds": 1, "config": { "training": { "iterations": 5 } }, "rows": ["none*"], "gates": [{ "says": "it runs", "holds": "none >= 0" }] }
        }
        """;

    private static readonly string[] Conditions = ["ewc - fine-tuning >= 0.08", "max(l2@*, ewc:forgetting) + 0.01 < mean(ewc, joint)", "-abs(ewc - joint) <= ewc:R[T,1]", "min(l2@*) > joint:table[gate,a,b]"];
    private static readonly string[] Rows = ["ewc", "fine-tuning", "joint", "l2@1", "l2@0.1"];
    private static readonly string[] Stories = ["1 Mary moved to the bathroom.\n2 Where is Mary? \tbathroom\t1\n3 Bill got the box there.\n4 What is Bill carrying?\tbill,milk\t3 1\n1 The box is red.\n2 Is the box red?\tyes\t1\n", "1 A b.\n2 Where?\tx\t1\n"];
    private static readonly string[] Matrices = ["after task,task 1,\"task, 2\"\nuntrained,0.1,0.2\n1,0.9,0.1\n2,0.8,0.9\n"];
    private static readonly string[] Tables =
    [
        "label,a,b,name\nx,1,2.5,p\ny,3,,q\nx,-1e3,NA,\"p, q\"\ny,0.5,7,q\n", "task;split;target;when;v\r\n1;train;07;2020-01-02;1\r\n2;test;7;2020-02-03T04:05:06Z;2\r\n", "text\tclass\n\"a\nb\"\tham\nc \"\"d\"\"\tspam\n", "1,2\n3,4\n",
    ];
    private static readonly string[] JsonLines = ["{\"label\":\"x\",\"a\":1,\"b\":null}\n{\"label\":2,\"a\":2.5e-1,\"c\":\"p\"}\n\n{\"c\":true,\"label\":\"x\"}\n{\"label\":\"x\",\"a\":-7}\n", "{\"text\":\"a \\u00e4\",\"label\":\"ham\"}\n"];
    private static readonly string[] Steps = ["task,epoch,step,loss\n1,1,1,0.5\n1,1,2,0.25\n2,3,4,1E-05\n"];

    private readonly Catalogs catalogs = new();
    private readonly JsonNode[] configs, results, recipes;
    private readonly (string Path, string Value)[] settings;

    public ParserTargets()
    {
        string[] streams = ["permuted-digits", "split-digits", "rotated-digits", "copy", "babi", "digit-kinds-digits"], networks = ["mlp", "cnn", "lstm", "memory-network"];
        configs =
        [
            .. catalogs.Methods.Entries.Select(entry => Try(() => Config("split-digits", entry.Attribute.Id, null).ToJson())).OfType<JsonNode>(),
            .. streams.Select(stream => Try(() => Config(stream, "fine-tuning", null).ToJson())).OfType<JsonNode>(),
            .. networks.Select(network => Try(() => Config("permuted-digits", "ewc", network).ToJson())).OfType<JsonNode>(), Config("permuted-digits", "ewc+si", null).ToJson(),
        ];
        results = [Settings.ToJson(Result())];
        recipes = [JsonNode.Parse(RecipeText)!];
        settings = [.. configs.SelectMany(config => Leaves(config, "")).Distinct()];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<FuzzTarget> All =>
    [
        new("configuration", random => Reads(new RunConfigBuilder(catalogs, file: Parse(configs, random)).Build())),
        new("results", random => Reads(ResultsReader.Read(Parse(results, random), "results.json"))),
        new("tensors", Tensors),
        new("idx", Idx),
        new("npy", Npy),
        new("csv", random => Learns(Tables, random, (items, open) => CsvReader.Read("table", items, open, new()))),
        new("jsonl", random => Learns(JsonLines, random, (items, open) => JsonLinesReader.Read("table", items, open, new()))),
        new("stories", random => Reads(StoryFile.Parse(random.NextInt(2) == 0 ? Mutation.OfBytes([.. Stories.Select(Encoding.UTF8.GetBytes)], random) : Encoding.UTF8.GetBytes(Mutation.OfText(Stories, random)), "stories.txt", "mend it"))),
        new("recipes", random => Reads(ReproductionPlan.Make(RecipeCatalog.Read("fuzzed", Parse(recipes, random)), catalogs, new(Quick: random.NextInt(2) == 0)))),
        new("plans", Plans),
        new("settings", SetSettings),
        new("conditions", Condition),
        new("matrix", random => Reads(AccuracyMatrix.FromCsv(Mutation.OfText(Matrices, random)))),
        new("steps", random => RunHistory.ParseSteps(Mutation.OfText(Steps, random).Split('\n', StringSplitOptions.RemoveEmptyEntries), "steps.csv").Count > 0),
    ];

    private static bool Reads(object _) => true;

    private static T? Try<T>(Func<T> make) where T : class
    {
        try
        {
            return make();
        }
        catch (EngramException)
        {
            return null; // such as a stream that has not this scenario
        }
    }

    private static JsonObject Parse(JsonNode[] seeds, RandomSource random) => JsonFile.Parse(Mutation.OfJson(seeds, random), "fuzzed.json");

    private RunConfig Config(string stream, string method, string? network)
    {
        RunConfigBuilder builder = new(catalogs, stream, method, network);
        return builder.Set("stream.scenario", $"{catalogs.Methods.Find(method).Attribute.Scenarios[0]}".ToLowerInvariant()).Build();
    }

    private static IEnumerable<(string, string)> Leaves(JsonNode? node, string path) => node is JsonObject members
        ? members.SelectMany(member => Leaves(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}"))
        : [(path, node is JsonArray list ? string.Join(',', list.Select(item => item?.ToString())) : node?.ToString() ?? "null")];

    private bool SetSettings(RandomSource random)
    {
        (string path, string value) = settings[random.NextInt(settings.Length)];
        (string otherPath, string otherValue) = settings[random.NextInt(settings.Length)];
        if (random.NextInt(3) == 0) path = Mutation.OfText([path], random);
        if (random.NextInt(2) == 0) value = random.NextInt(2) == 0 ? otherValue : Mutation.OfText([value], random);
        string[] methods = ["ewc", "ewc+si", "replay", "gem+grow", "dgr", "expert-gate", "icarl"];
        string method = methods[random.NextInt(methods.Length)];
        if (random.NextInt(3) > 0) return Reads(new RunConfigBuilder(catalogs, "split-digits", method).Set(path, value).Set(otherPath, otherValue).Build());
        string spelled = Mutation.OfText([$"{method}:lambda=10", method, $"{method}:memory.samples=100:draw=5"], random);
        return Reads(ComparisonPlan.Make(catalogs, "permuted-digits", [spelled, "joint"], 1 + random.NextInt(3), null, null, [(path, value)]));
    }

    private bool Plans(RandomSource random)
    {
        JsonObject config = (JsonObject)configs[random.NextInt(configs.Length)];
        switch (random.NextInt(4))
        {
            case 0:
                JsonObject comparison = new() { ["schema"] = 1, ["engram"] = "0.1.0", ["trials"] = new JsonArray(new JsonObject { ["label"] = "ewc", ["folder"] = "ewc-seed1", ["config"] = config.DeepClone() }) };
                return Reads(ComparisonPlan.Read(catalogs, Parse([comparison], random)));
            case 1:
                return Reads(OrderPlan.Read(catalogs, Parse([new JsonObject { ["config"] = config.DeepClone(), ["seeds"] = 3, ["budget"] = 12, ["minutes"] = 1.5 }], random)));
            case 2:
                return Reads(AffinityPlan.Read(catalogs, Parse([new JsonObject { ["config"] = config.DeepClone(), ["affinity"] = Settings.ToJson(new AffinityOptions()), ["seeds"] = 3, ["budget"] = 2 }], random)));
            default:
                JsonObject reproduction = new() { ["schema"] = 1, ["engram"] = "0.1.0", ["id"] = "fuzzed", ["scope"] = new JsonObject { ["quick"] = false, ["seeds"] = 2, ["rows"] = new JsonArray("none*", "joint") }, ["recipe"] = recipes[0].DeepClone() };
                return Reads(ReproductionFolder.ParsePlan(Parse([reproduction], random), "reproduction.json", catalogs));
        }
    }

    private static bool Condition(RandomSource random)
    {
        try
        {
            var (left, right, _) = GateCondition.Parse(Mutation.OfText(Conditions, random), Rows).Evaluate(name => name.Length / 10.0);
            return left > right;
        }
        catch (FormatException refused) when (refused.StackTrace!.Contains(nameof(GateCondition), StringComparison.Ordinal) && refused.Message.Length < 2000)
        {
            return false; // its way to refuse
        }
    }

    private static bool Idx(RandomSource random)
    {
        byte[] plain = [.. IdxFile.Header(2, 3, 4), .. Enumerable.Range(0, 24).Select(pixel => (byte)pixel)];
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        using MemoryStream file = new(Mutation.OfBytes([plain, packed.ToArray()], random));
        return IdxFile.Parse(file, "images", "mend it", 3, 4).Count > 0;
    }

    private static bool Npy(RandomSource random)
    {
        string[] headers = ["{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n", "{'descr': '|u1', 'fortran_order': True, 'shape': (24,), }\n", "{'descr': '>U3', 'fortran_order': False, 'shape': (2, 1), }\n"];
        string header = random.NextInt(2) == 0 ? Mutation.OfText(headers, random) : headers[random.NextInt(headers.Length)];
        byte[] whole = [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[24]];
        using MemoryStream file = new(random.NextInt(2) == 0 ? Mutation.OfBytes([whole], random) : whole);
        var (type, shape, start) = NpyFile.ReadHeader(file, "a.npy");
        StoredArray.Check("a.npy", type, shape, file.Length - start);
        return true;
    }

    // All that is done with records before anything is learned.
    private static bool Learns(string[] seeds, RandomSource random, Func<IReadOnlyList<DataItem>, Func<string, Stream>, Records> read)
    {
        byte[] bytes = random.NextInt(2) == 0 ? Mutation.OfBytes([.. seeds.Select(Encoding.UTF8.GetBytes)], random) : Encoding.UTF8.GetBytes(Mutation.OfText(seeds, random));
        using Records records = read([new("table", "", RecordPart.Unsaid)], _ => new MemoryStream(bytes));
        if (DataDescription.Of(records).Records != records.Count) throw new InvalidOperationException("Some records are not described.");
        if (records.Text(0) is not null) return true;
        InputForm form = records.Fit([.. Enumerable.Range(0, records.Count)]);
        float[] input = new float[form.Shape[0]];
        for (int record = 0; record < records.Count; record++)
        {
            form.Read(records, record, input);
            if (!input.All(float.IsFinite)) throw new InvalidOperationException($"The input of {records.Where(record)} is not finite.");
        }
        return true;
    }

    private static bool Tensors(RandomSource random)
    {
        using var scope = NewDisposeScope();
        using MemoryStream file = new();
        SafeTensors.Write(file, new Dictionary<string, Tensor> { ["a"] = ones(3, 2), ["b"] = zeros(4, dtype: int64), ["empty"] = zeros(0) }, new Dictionary<string, string> { ["schema"] = "1", ["state"] = "{}" });
        byte[] whole = file.ToArray();
        int header = (int)BitConverter.ToInt64(whole);
        if (random.NextInt(4) > 0) // a header of the right length with other content
        {
            byte[] other = Encoding.UTF8.GetBytes(Mutation.OfJson([JsonNode.Parse(whole.AsSpan(8, header))!], random));
            whole = [.. BitConverter.GetBytes((long)other.Length), .. other, .. whole[(8 + header)..]];
        }
        else whole = Mutation.OfBytes([whole], random);
        foreach (Tensor tensor in SafeTensors.Read(whole, "state.safetensors").Tensors.Values) tensor.Dispose();
        return true;
    }

    private static RunResult Result() => new()
    {
        Engram = "0.1.0", Stream = "split-digits", Scenario = "class", Method = "ewc", Network = "mlp", Seed = 1, Tasks = ["a", "b"], Matrix = new(["a", "b"], [[0.1, 0.2], [0.9, 0.1], [0.8, 0.9]]),
        Chance = [0.5, 0.5], Majority = [0.5, 0.6], TestSamples = [10, 20], Metrics = new() { ["accuracy"] = 0.85, ["forwardTransfer"] = null }, Parameters = [100, 120], Widths = [[4], [5]],
        Growth = [new(2, 30, [4], [5])], Remarks = ["It grew."], StoredBytes = [0, 8], Seconds = new(1, 2, 3, 6), Weights = "00", Config = new() { ["seed"] = 1 },
        Curves = [new(10, 1, [0.5, 0.1]), new(20, 2, [0.6, 0.7])], Tables = [new("gate", "samples of", ["a", "b"], "went to", ["a", "b"], [[0.5, 0.5], [null, 1]], "A note.")],
    };
}
