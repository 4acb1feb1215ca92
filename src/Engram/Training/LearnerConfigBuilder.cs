using System.Reflection;
using System.Text.Json.Nodes;
using Engram.Streams;

namespace Engram.Training;

/// <summary>
/// Puts the configuration of a learner together in layers, each stronger than the one before: defaults of the records, those that suit data of one's own, what the network suggests,
/// single settings as people type them.
/// </summary>
/// <param name="catalogs">Where ids are looked up.</param>
/// <param name="method">Id of the method.</param>
/// <param name="network">Id of the network.</param>
internal sealed class LearnerConfigBuilder(LearnerCatalogs catalogs, string method, string network)
{
    private const string OptimizerPath = "training.optimizer";
    private readonly List<string> problems = [];
    private readonly List<(string Path, string Text)> assignments = [];

    /// <summary>Gives one setting a value, as typed on the command line.</summary>
    /// <param name="path">Such as <c>method.lambda</c> or <c>seed</c>.</param>
    /// <param name="text">Such as <c>100</c> or <c>400,400</c>.</param>
    public LearnerConfigBuilder Set(string path, string text)
    {
        assignments.Add((path, text));
        return this;
    }

    /// <summary>Binds and checks everything.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    public LearnerConfig Build(IReadOnlyList<long> inputShape)
    {
        string optimizer = assignments.LastOrDefault(one => one.Path == OptimizerPath).Text ?? new TrainingOptions().Optimizer.Id;
        Dictionary<string, SettingsShape> shapes = new()
        {
            ["method"] = catalogs.Methods.Find(method).Settings, ["network"] = catalogs.Networks.Find(network).Settings,
            ["training"] = SettingsShape.Of(typeof(TrainingOptions)), [OptimizerPath] = catalogs.Optimizers.Find(optimizer).Settings, ["machine"] = SettingsShape.Of(typeof(MachineOptions)),
        };
        Dictionary<string, JsonObject> sections = shapes.Keys.ToDictionary(key => key, _ => new JsonObject());
        Suggest(sections, typeof(OwnDataStream).GetCustomAttribute<StreamAttribute>()?.RunDefaults);
        if (catalogs.Networks.Find(network).Attribute.TrainingDefaults is { Length: > 0 } training) Suggest(sections, $$"""{"training":{{training}}}""");
        foreach (var (path, text) in assignments.Where(one => one.Path != OptimizerPath)) Assign(sections, shapes, path, text);
        if (problems.Count > 0) throw EngramException.Input("invalid-setting", string.Join(" ", problems));
        sections["method"]["id"] = method;
        sections["network"]["id"] = network;
        sections[OptimizerPath]["id"] = optimizer;
        sections["training"]["optimizer"] = sections[OptimizerPath];
        return LearnerConfig.Read(new()
        {
            ["method"] = sections["method"], ["network"] = sections["network"], ["training"] = sections["training"], ["machine"] = sections["machine"],
            ["inputShape"] = new JsonArray([.. inputShape.Select(size => (JsonNode)size)]), ["scenario"] = "class",
        }, catalogs);
    }

    // Settings of a network or an optimizer that a suggestion has are of that network or optimizer; the ones for own data have none.
    private static void Suggest(Dictionary<string, JsonObject> sections, string? json)
    {
        if (json is null || JsonNode.Parse(json)?["training"] is not JsonObject training) return;
        foreach (var (name, value) in training)
            if (name != "optimizer") sections["training"][name] = value?.DeepClone();
    }

    private void Assign(Dictionary<string, JsonObject> sections, Dictionary<string, SettingsShape> shapes, string path, string text)
    {
        string section = shapes.Keys.Where(key => path.StartsWith($"{key}.", StringComparison.Ordinal)).MaxBy(key => key.Length) ?? "machine";
        string name = section == "machine" ? path : path[(section.Length + 1)..];
        if (shapes[section].Find(name) is { } setting) Settings.Assign(sections[section], name, Settings.Parse(setting.Type, text));
        else
        {
            IEnumerable<string> known = shapes.SelectMany(part => part.Value.Describe().Select(one => part.Key == "machine" ? one.Name : $"{part.Key}.{one.Name}"));
            problems.Add($"There is no setting '{Quote.Of(path)}' for {method} and {network}{NearestNames.Suggest(path, known)}");
        }
    }
}
