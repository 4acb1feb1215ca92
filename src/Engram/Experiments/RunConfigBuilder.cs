using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Training;

namespace Engram.Experiments;

/// <summary>
/// Puts a configuration together in layers, each stronger than the one before: defaults of the records, what the stream suggests, or for the
/// training a network that the stream does not suggest, a file, single settings. Finds every problem before anything is loaded.
/// </summary>
public sealed class RunConfigBuilder
{
    private const string OptimizerPath = "training.optimizer";
    private static readonly string[] Sections = ["stream", "method", "network", "training"];
    private readonly Catalogs catalogs;
    private readonly List<string> problems = [];
    private readonly JsonObject file, suggested;
    private readonly List<(string Path, string Text)> assignments = [];
    private readonly string stream, method, network;

    /// <summary>Starts a configuration.</summary>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="stream">Id of the stream; null takes it from the file.</param>
    /// <param name="method">Id of the method; null takes it from the file, or <c>fine-tuning</c>.</param>
    /// <param name="network">Id of the network; null takes it from the file, or what the stream suggests, or <c>mlp</c>.</param>
    /// <param name="file">A configuration as <see cref="RunConfig.ToJson"/> writes it, whole or in part.</param>
    /// <exception cref="EngramException">No stream is named, or the file has another version's form.</exception>
    public RunConfigBuilder(Catalogs catalogs, string? stream = null, string? method = null, string? network = null, JsonObject? file = null)
    {
        (this.catalogs, this.file) = (catalogs, file ?? []);
        if (this.file["schema"] is { } schema && schema.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"The configuration has schema {Quote.Of(schema.ToJsonString())}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it ({Quote.Of(this.file["engram"]?.ToJsonString() ?? "unknown")}).");
        this.stream = catalogs.Streams.FullName(stream ?? IdInFile("stream") ?? throw EngramException.Input("missing-stream", "No stream is named; give one, such as 'engram run permuted-digits' ('engram streams' lists them), or a path to data of your own."));
        this.method = method ?? IdInFile("method") ?? "fine-tuning";
        NamedStream? named = catalogs.Streams.Known(this.stream);
        suggested = JsonNode.Parse(named?.RunDefaults ?? "{}")!.AsObject();
        string suggestedNetwork = suggested["network"]?["id"]?.GetValue<string>() ?? "mlp";
        this.network = network ?? IdInFile("network") ?? suggestedNetwork;
        if (this.network == suggestedNetwork) return;
        // Tried out with another network: settings of that one fit no other, those of its training fit where this one suggests none.
        suggested.Remove("network");
        if (catalogs.Networks.Entries.FirstOrDefault(entry => entry.Attribute.Id == this.network)?.Attribute.TrainingDefaults is { Length: > 0 } training) suggested["training"] = JsonNode.Parse(training);
    }

    /// <summary>Gives one setting a value, as typed on the command line.</summary>
    /// <param name="path">Such as <c>method.lambda</c> or <c>seed</c>.</param>
    /// <param name="text">Such as <c>100</c> or <c>400,400</c>.</param>
    public RunConfigBuilder Set(string path, string text)
    {
        assignments.Add((path, text));
        return this;
    }

    /// <summary>Binds and checks everything.</summary>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    public RunConfig Build()
    {
        NamedStream? named = Find(() => catalogs.Streams.Find(stream));
        CatalogEntry<MethodAttribute>? methodEntry = Find(() => catalogs.Methods.Find(method));
        CatalogEntry<NetworkAttribute>? networkEntry = Find(() => catalogs.Networks.Find(network));
        CatalogEntry<OptimizerAttribute>? optimizerEntry = Find(() => catalogs.Optimizers.Find(Optimizer));
        ThrowProblems("unknown-name");

        Dictionary<string, SettingsShape> shapes = new()
        {
            ["stream"] = named!.Entry.Settings, ["method"] = methodEntry!.Settings, ["network"] = networkEntry!.Settings,
            ["training"] = SettingsShape.Of(typeof(TrainingOptions)), [OptimizerPath] = optimizerEntry!.Settings, [""] = SettingsShape.Of(typeof(MachineOptions)),
        };
        Dictionary<string, JsonObject> sections = shapes.Keys.ToDictionary(key => key, _ => new JsonObject());
        Merge(sections, suggested);
        Merge(sections, file);
        foreach (var (path, text) in assignments) Assign(sections, shapes, path, text);

        StreamOptions WithFeatures(StreamOptions options)
        {
            if (options.Features is null or StreamOptions.NoFeatures) return options;
            if (catalogs.Features.Problem(options.Features) is not { } problem) return File.Exists(options.Features) ? options with { Features = Path.GetFullPath(options.Features) } : options;
            problems.Add($"stream.features: {problem}");
            return options;
        }

        object Bind(string section) => shapes[section].Bind(sections[section], section, problems);
        RunConfig config = new()
        {
            Stream = new(stream, WithFeatures((StreamOptions)Bind("stream"))),
            Method = new(method, Bind("method")),
            Network = new(network, Bind("network")),
            Training = (TrainingOptions)Bind("training") with { Optimizer = (OptimizerOptions)Bind(OptimizerPath) },
            Machine = (MachineOptions)Bind(""),
        };
        if (problems.Count == 0) problems.AddRange(Catalogs.ProblemsBetween(config, named.Entry.Attribute, methodEntry.Attribute));
        ThrowProblems("invalid-setting");
        return config;
    }

    private string? IdInFile(string section) => file[section] is JsonObject part && part["id"] is JsonValue id && id.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null;

    private T? Find<T>(Func<T> find) where T : class
    {
        try
        {
            return find();
        }
        catch (EngramException unknown)
        {
            problems.Add(unknown.Message);
            return null;
        }
    }

    // Of the last setting that names one, or else of the strongest layer that does.
    private string Optimizer =>
        assignments.LastOrDefault(one => one.Path == OptimizerPath).Text ?? IdOf(OptimizerIn(file)) ?? IdOf(OptimizerIn(suggested)) ?? new TrainingOptions().Optimizer.Id;

    // A bare id stands for it with its defaults. Momentum stood beside it before optimizers had settings of their own, as 0 where one had none.
    private static JsonObject OptimizerIn(JsonObject layer)
    {
        if (layer["training"] is not JsonObject training) return [];
        JsonObject optimizer = !training.TryGetPropertyValue("optimizer", out JsonNode? node) ? [] : node is JsonObject whole ? (JsonObject)whole.DeepClone() : new() { ["id"] = node?.DeepClone() ?? "null" };
        if (training["momentum"] is { } momentum && !(momentum is JsonValue value && value.TryGetValue(out double share) && share == 0)) optimizer["momentum"] ??= momentum.DeepClone();
        return optimizer;
    }

    private static string? IdOf(JsonObject choice) => choice["id"]?.ToString();

    private void Merge(Dictionary<string, JsonObject> sections, JsonObject layer)
    {
        JsonObject chosen = OptimizerIn(layer);
        if (chosen.Count > 0 && IdOf(chosen) is null && layer["training"]!["optimizer"] is JsonObject own) problems.Add($"{OptimizerPath} is {Quote.Of(own.ToJsonString())} but must say whose settings they are, such as {{\"id\": \"{Optimizer}\", ...}}.");
        if (SameChoice(OptimizerPath, chosen)) Lay(chosen, sections[OptimizerPath]);
        foreach (var (name, value) in layer)
        {
            if (name is "schema" or "engram") continue;
            if (!Sections.Contains(name)) sections[""][name] = value?.DeepClone();
            else if (value is not JsonObject part) problems.Add($"{name} is {Quote.Of(value?.ToJsonString() ?? "null")} but must be an object such as {{\"id\": ...}}.");
            else if (SameChoice(name, part)) Lay(part, sections[name]);
        }
        sections["training"].Remove("optimizer");
        sections["training"].Remove("momentum");
    }

    private static void Lay(JsonObject part, JsonObject over)
    {
        foreach (var (setting, content) in part)
            if (setting != "id") over[setting] = content?.DeepClone();
    }

    // Settings of a method, stream, network or optimizer in a file say nothing about another one chosen in its place.
    private bool SameChoice(string section, JsonObject part) => IdOf(part) is not { } id || id == section switch
    {
        "stream" => stream,
        "method" => method,
        "network" => network,
        OptimizerPath => Optimizer,
        _ => id,
    };

    private void Assign(Dictionary<string, JsonObject> sections, Dictionary<string, SettingsShape> shapes, string path, string text)
    {
        if (path == OptimizerPath) return; // its id, which is chosen
        if (path == "training.momentum") path = $"{OptimizerPath}.momentum"; // where it stood before
        string section = shapes.Keys.Where(key => path.StartsWith($"{key}.", StringComparison.Ordinal)).MaxBy(key => key.Length) ?? "", name = section.Length == 0 ? path : path[(section.Length + 1)..];
        if (shapes[section].Find(name) is not { } setting)
        {
            IEnumerable<string> known = shapes.SelectMany(part => part.Value.Describe().Select(one => part.Key.Length == 0 ? one.Name : $"{part.Key}.{one.Name}"));
            problems.Add($"There is no setting '{Quote.Of(path)}' for {stream}, {method} and {network}{NearestNames.Suggest(path, known)}");
            return;
        }
        Settings.Assign(sections[section], name, Settings.Parse(setting.Type, text));
    }

    private void ThrowProblems(string code)
    {
        if (problems.Count > 0) throw EngramException.Input(code, string.Join(" ", problems));
    }
}
