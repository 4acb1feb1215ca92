using System.Text.Json.Nodes;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;

namespace Engram.Training;

/// <summary>Everything that decides what a learner makes of its data. It belongs to the learner's file and never changes.</summary>
public sealed record LearnerConfig
{
    /// <summary>How forgetting is fought.</summary>
    public required Choice Method { get; init; }

    /// <summary>What learns.</summary>
    public Choice Network { get; init; } = new("mlp", new Mlp.Options());

    /// <summary>How every task is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Which outputs compete: in the class scenario all classes met so far, as a model in use needs.</summary>
    public Scenario Scenario { get; init; } = Scenario.Class;

    /// <summary>Shape of one input, such as 1, 28, 28 for an image of 28 rows, which some networks and methods ask for; none takes inputs as flat rows of any length.</summary>
    public IReadOnlyList<long> InputShape { get; init; } = [];

    /// <summary>Seed, device and threads.</summary>
    public MachineOptions Machine { get; init; } = new();

    /// <summary>Defaults written out.</summary>
    public JsonObject ToJson() => new()
    {
        ["method"] = Method.ToJson(),
        ["network"] = Network.ToJson(),
        ["training"] = Settings.ToJson(Training),
        ["machine"] = Settings.ToJson(Machine),
        ["inputShape"] = new JsonArray([.. InputShape.Select(size => (JsonNode)size)]),
        ["scenario"] = Scenario.ToString().ToLowerInvariant(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">Whole.</param>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    internal static LearnerConfig Read(JsonObject json, LearnerCatalogs catalogs)
    {
        List<string> problems = [];
        LearnerConfig config = new()
        {
            Method = ChoiceIn("method", id => catalogs.Methods.Find(id).Settings),
            Network = ChoiceIn("network", id => catalogs.Networks.Find(id).Settings),
            Training = TrainingIn(Part("training")),
            Machine = (MachineOptions)SettingsShape.Of(typeof(MachineOptions)).Bind(Part("machine"), "", problems),
            InputShape = json["inputShape"] is JsonArray sizes && sizes.All(size => size is JsonValue value && value.TryGetValue(out long _)) ? [.. sizes.Select(size => (long)size!)] : throw Damaged("inputShape"),
            Scenario = Enum.TryParse(json["scenario"]?.ToString(), ignoreCase: true, out Scenario scenario) && Enum.IsDefined(scenario) ? scenario : throw Damaged("scenario"),
        };
        if (problems.Count > 0) throw EngramException.Input("invalid-setting", string.Join(" ", problems));
        return config;

        TrainingOptions TrainingIn(JsonObject part)
        {
            Choice optimizer = ChoiceOf(part["optimizer"]?.DeepClone() as JsonObject ?? throw Damaged("optimizer"), "optimizer", id => catalogs.Optimizers.Find(id).Settings);
            part.Remove("optimizer");
            return ((TrainingOptions)SettingsShape.Of(typeof(TrainingOptions)).Bind(part, "training", problems)) with { Optimizer = (OptimizerOptions)optimizer.Options };
        }

        Choice ChoiceIn(string name, Func<string, SettingsShape> settingsOf) => ChoiceOf(Part(name), name, settingsOf);

        Choice ChoiceOf(JsonObject part, string name, Func<string, SettingsShape> settingsOf)
        {
            string id = part["id"] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Damaged(name);
            part.Remove("id");
            return new(id, settingsOf(id).Bind(part, name, problems));
        }

        JsonObject Part(string name) => json[name]?.DeepClone() as JsonObject ?? throw Damaged(name);

        static EngramException Damaged(string name) => EngramException.Input("corrupt-checkpoint", $"The learner's configuration has no '{name}' that can be read; the file is damaged or was written by another version.");
    }
}
