using System.Reflection;
using Engram.Datasets;
using Engram.Methods;
using Engram.Networks;
using Engram.OwnData;
using Engram.Optimizers;
using Engram.Pretrained;
using Engram.Streams;
using Engram.Training;

namespace Engram.Experiments;

/// <summary>Everything that can be named in a configuration.</summary>
/// <param name="assemblies">A program's own assemblies, with its own methods, networks, optimizers and streams.</param>
public sealed class Catalogs(params Assembly[] assemblies)
{
    private readonly LearnerCatalogs learners = new(assemblies);

    /// <summary>Methods by id, single and combined.</summary>
    public MethodCatalog Methods => learners.Methods;

    /// <summary>Networks by id.</summary>
    public Catalog<NetworkDefinition, NetworkAttribute> Networks => learners.Networks;

    /// <summary>Optimizers by id.</summary>
    public Catalog<Optimizer, OptimizerAttribute> Optimizers => learners.Optimizers;

    /// <summary>Readers of own data.</summary>
    public RecordCatalog Records => field ??= new(assemblies);

    /// <summary>Frozen networks.</summary>
    public FeatureCatalog Features => field ??= new(assemblies);

    /// <summary>Streams by full name.</summary>
    public StreamCatalog Streams { get; } = new(DatasetCatalog.Images.Select(dataset => dataset.Id), assemblies);

    /// <summary>What the parts of a configuration, each right in itself, demand of one another.</summary>
    internal static IEnumerable<string> ProblemsBetween(RunConfig config, StreamAttribute kind, MethodAttribute method)
    {
        StreamOptions stream = (StreamOptions)config.Stream.Options;
        int learned = stream.Chosen().Count();
        if (!method.Scenarios.Contains(stream.Scenario)) yield return Cannot($"{method.Id} cannot do", stream.Scenario, method.Scenarios, method.Reason);
        if (!kind.Scenarios.Contains(stream.Scenario)) yield return Cannot($"{config.StreamName} cannot be learned in", stream.Scenario, kind.Scenarios, kind.Reason);
        if (config.Training.Epochs.Length > 1 && learned > 0 && config.Training.Epochs.Length != learned)
            yield return $"training.epochs has {config.Training.Epochs.Length} numbers but the stream has {learned} {(learned == 1 ? "task" : "tasks")}; give one number, or one per task.";
        if (config.Training.ProblemWith(method) is { } problem) yield return problem;
        if (config.Training.EvaluateEvery > 0 && stream.Validation == 0)
            yield return $"training.evaluateEvery is {config.Training.EvaluateEvery} but no validation data are held out; set stream.validation, such as 0.1.";
        if (config.Training.WatchesValidation && stream.Validation == 0)
            yield return $"{(config.Training.Patience > 0 ? $"training.patience is {config.Training.Patience}" : "training.schedule is plateau")} but no validation data are held out; set stream.validation, such as 0.1.";
    }

    private static string Cannot(string beginning, Scenario scenario, IEnumerable<Scenario> possible, string reason)
    {
        string can = string.Join(" or ", possible.Select(one => one.ToString().ToLowerInvariant()));
        return $"{beginning} the {scenario.ToString().ToLowerInvariant()} scenario: {reason}; use --scenario {can}.";
    }
}
