using System.Text.Json.Nodes;
using Engram.Training;

namespace Engram.Experiments;

/// <summary>Everything that decides a run's numbers. Equal configurations give equal results, bit for bit on CPU.</summary>
public sealed record RunConfig
{
    /// <summary>Version of the file's form.</summary>
    public const int Schema = 1;

    /// <summary>The tasks.</summary>
    public required Choice Stream { get; init; }

    /// <summary>The tasks as people call them: the id of the stream, or the last part of the path of own data.</summary>
    public string StreamName => Stream.Id.AsSpan().ContainsAny('/', '\\') ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Stream.Id)) : Stream.Id;

    /// <summary>How forgetting is fought.</summary>
    public required Choice Method { get; init; }

    /// <summary>What learns.</summary>
    public required Choice Network { get; init; }

    /// <summary>How every task is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Everything else.</summary>
    public required MachineOptions Machine { get; init; }

    /// <summary>The file's form, defaults written out.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["schema"] = Schema,
            ["engram"] = EngramVersion.Current,
            ["stream"] = Stream.ToJson(),
            ["method"] = Method.ToJson(),
            ["network"] = Network.ToJson(),
            ["training"] = Settings.ToJson(Training),
        };
        foreach (var (name, value) in Settings.ToJson(Machine)) json[name] = value?.DeepClone();
        return json;
    }

    /// <summary>
    /// Settings in which a configuration as it was written differs from this one, with the values there and here in JSON; the version that wrote it does not
    /// count. A setting that it leaves out had its default there: the Engram that wrote it did not know the setting yet.
    /// </summary>
    /// <param name="there">What was written.</param>
    internal IEnumerable<(string Setting, string There, string Here)> DifferencesFrom(JsonObject there)
    {
        Dictionary<string, JsonNode?> before = Flat(there), now = Flat(ToJson()), defaults = Flat(Defaults());
        foreach (string setting in before.Keys.Union(now.Keys).Where(name => name != "engram"))
        {
            bool isThere = before.TryGetValue(setting, out JsonNode? old) || defaults.TryGetValue(setting, out old), isHere = now.TryGetValue(setting, out JsonNode? value);
            if (isThere != isHere || !JsonNode.DeepEquals(old, value)) yield return (Quote.Of(setting), Text(isThere, old), Text(isHere, value));
        }
    }

    // Of all settings of the same stream, method, network and optimizer; which these are has none.
    private JsonObject Defaults()
    {
        JsonObject json = Settings.ToJson(new MachineOptions()), training = Settings.ToJson(new TrainingOptions()), optimizer = Settings.ToJson(DefaultsOf(Training.Optimizer));
        optimizer.Remove("id");
        training["optimizer"] = optimizer;
        (json["stream"], json["method"], json["network"], json["training"]) = (Of(Stream), Of(Method), Of(Network), training);
        return json;

        static JsonObject Of(Choice choice) => Settings.ToJson(DefaultsOf(choice.Options));
    }

    // The settings of a method of several parts stand side by side.
    private static object DefaultsOf(object options) => options is IReadOnlyDictionary<string, object> parts
        ? parts.ToDictionary(part => part.Key, part => DefaultsOf(part.Value))
        : SettingsShape.Of(options.GetType()).Create();

    private static Dictionary<string, JsonNode?> Flat(JsonObject json)
    {
        Dictionary<string, JsonNode?> values = [];
        Add(json, "");
        return values;

        void Add(JsonObject part, string path)
        {
            foreach (var (name, value) in part)
                if (value is JsonObject inner) Add(inner, $"{path}{name}.");
                else values[path + name] = value;
        }
    }

    private static string Text(bool exists, JsonNode? value) => exists ? Quote.Of(value?.ToJsonString() ?? "null") : "not there";
}
