using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>Which task helps which, and which to supervise: what <c>affinity --json</c> prints and the page shows. Tasks are indices in the natural order.</summary>
public sealed record AffinityStudy
{
    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Version of Engram that made it.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Id of the stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Id of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Hidden layers of the encoder; empty where the network does not say.</summary>
    public required int[] Encoder { get; init; }

    /// <summary>Hidden layers of a read-out.</summary>
    public required int[] Decoder { get; init; }

    /// <summary>The seeds.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>Numbers of the tasks in the natural order.</summary>
    public required int[] Numbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Samples that a read-out learned from.</summary>
    public required int Samples { get; init; }

    /// <summary>Accuracy on each task of a read-out on a random encoder.</summary>
    public required SampleStatistics[] RandomEncoder { get; init; }

    /// <summary>Accuracy on each task of the whole network trained on all its data.</summary>
    public required SampleStatistics[] FullTraining { get; init; }

    /// <summary>All transfers: of every task to every task, and of pairs where they were asked for.</summary>
    public required Transfer[] Transfers { get; init; }

    /// <summary>The normalised gain of the source in a row for the target in a column; null where full training is not clearly better than a random encoder.</summary>
    public required double?[][] Gains { get; init; }

    /// <summary>Affinity of the source in a row for the target in a column, among single sources; columns sum to 1. Null on the diagonal.</summary>
    public required double?[][] Affinities { get; init; }

    /// <summary>The similarity tree by what the tasks do for all targets.</summary>
    public required TaskTree Tree { get; init; }

    /// <summary>The best set of supervised tasks for every budget from 1 on; empty where there are too many tasks.</summary>
    public required Supervision[] Supervisions { get; init; }

    /// <summary>The budget that was asked for; null for every one.</summary>
    public int? Budget { get; init; }

    /// <summary>What this means, in plain English.</summary>
    public string Verdict => string.Join(" ", Sentences);

    /// <summary>Its sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>What was measured, with all settings.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>The set for the budget, or for half of the tasks where none was asked for; null where there are too many tasks.</summary>
    public Supervision? Chosen() => Supervisions.ElementAtOrDefault((Budget ?? (Tasks.Length + 1) / 2) - 1);

    /// <summary>Whether that set is worth naming: one of its read-outs is better than a random encoder's beyond chance, or all tasks are supervised.</summary>
    public bool SupportsChoice() => Chosen() is { } chosen && chosen.Edges.Where(edge => !chosen.Tasks.Contains(edge.Target)).Select(edge => TransferOf(edge.Target, edge.Sources)).ToArray() is var readOut
        && (readOut.Length == 0 || readOut.Any(one => one is { IsClear: true, Gain: > 0 }));

    /// <summary>The transfer from some sources to a target.</summary>
    public Transfer TransferOf(int target, params int[] sources) => Transfers.Single(one => one.Target == target && one.Sources.SequenceEqual(sources));
}
