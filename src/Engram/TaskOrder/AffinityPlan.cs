using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;

namespace Engram.TaskOrder;

/// <summary>Between which tasks transfers are measured, and how.</summary>
public sealed record AffinityPlan
{
    /// <summary>The tasks, the network that is encoder and decoder in one, and how sources are trained.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>How transfers are measured.</summary>
    public AffinityOptions Options { get; init; } = new();

    /// <summary>Seeds, counted up from the configuration's; at least 1.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>How many tasks can be supervised; null for every number.</summary>
    public int? Budget { get; init; }

    /// <summary>Numbers of the tasks in the natural order.</summary>
    public IReadOnlyList<int> Numbers => [.. ((StreamOptions)Config.Stream.Options).Chosen()];

    /// <summary>The seeds.</summary>
    public IReadOnlyList<ulong> SeedNumbers => [.. Enumerable.Range(0, Seeds).Select(i => Config.Machine.Seed + (ulong)i)];

    /// <summary>Sources that are tried for a target: none for the random encoder, one task, or two; indices in the natural order.</summary>
    /// <param name="target">Index of the target. Pairs with the target itself are left out.</param>
    public IEnumerable<int[]> SourcesFor(int target)
    {
        yield return [];
        int tasks = Numbers.Count;
        for (int source = 0; source < tasks; source++) yield return [source];
        if (!Options.Pairs) yield break;
        for (int first = 0; first < tasks; first++)
            for (int second = first + 1; second < tasks; second++)
                if (first != target && second != target) yield return [first, second];
    }

    /// <summary>Checks what only shows when the numbers stand beside one another.</summary>
    /// <exception cref="EngramException">There is nothing to transfer, or the budget cannot be spent.</exception>
    public AffinityPlan Checked()
    {
        int tasks = Numbers.Count;
        List<string> problems = [];
        if (tasks < 2) problems.Add($"'{Config.StreamName}' has {tasks} task here, and nothing can be transferred between fewer than two; set stream.tasks to 2 or more.");
        if (Seeds < 1) problems.Add($"The number of seeds is {Seeds} but must be >= 1; set --seeds.");
        if (Budget is < 1 || Budget > tasks) problems.Add($"The budget is {Budget} supervised tasks, but there are {tasks}; set --budget to 1 to {tasks}.");
        if (Budget is not null && tasks > Supervision.MostTasks) problems.Add($"There are {tasks} tasks, but which to supervise can be chosen among at most {Supervision.MostTasks}; leave --budget out, or set stream.only.");
        return problems.Count == 0 ? this : throw EngramException.Input("invalid-setting", string.Join(" ", problems));
    }

    /// <summary>The run that trains a source: its task alone, as it would be learned first.</summary>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="number">Number of the task.</param>
    /// <param name="seed">One of <see cref="SeedNumbers"/>.</param>
    public Trial Source(Catalogs catalogs, int number, ulong seed) => new($"source-{number}",
        new RunConfigBuilder(catalogs, file: Config.ToJson()).Set("stream.only", $"{number}").Set("stream.order", "null").Set("stream.shuffleTasks", "false")
            .Set("training.epochs", $"{Config.Training.Epochs[0]}").Set("seed", $"{seed}").Build());

    /// <summary>All tasks of a seed in the natural order.</summary>
    public TaskStream Stream(Laboratory laboratory, ulong seed) => laboratory.Stream(new RunConfigBuilder(laboratory.Catalogs, file: Config.ToJson())
        .Set("stream.order", "null").Set("stream.shuffleTasks", "false").Set("seed", $"{seed}").Build());

    /// <summary>The architecture of the encoder: the network up to its last layer that belongs to it.</summary>
    /// <exception cref="EngramException">The network has fewer hidden layers than the encoder should have.</exception>
    public NetworkDefinition Encoder(Catalogs catalogs)
    {
        NetworkDefinition whole = catalogs.Networks.Create(Config.Network.Id, Config.Network.Options);
        int layers = LayersOf(whole);
        return layers == whole.Widths.Count ? whole : whole.WithWidths([.. whole.Widths.Take(layers)]);
    }

    /// <summary>Hidden layers of a read-out.</summary>
    public int[] Decoder(Catalogs catalogs)
    {
        NetworkDefinition whole = catalogs.Networks.Create(Config.Network.Id, Config.Network.Options);
        return Options.Decoder ?? [.. whole.Widths.Skip(LayersOf(whole))];
    }

    /// <summary>The plan as <c>study.json</c> keeps it.</summary>
    public JsonObject ToJson() => new() { ["config"] = Config.ToJson(), ["affinity"] = Settings.ToJson(Options), ["seeds"] = Seeds, ["budget"] = Budget };

    /// <summary>Reads a plan back.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static AffinityPlan Read(Catalogs catalogs, JsonObject json)
    {
        if (json["config"] is not JsonObject config || json["affinity"] is not JsonObject options || json["seeds"] is not JsonValue seeds || !seeds.TryGetValue(out int count)
            || !StrictJson.TryGet(json["budget"], out int? budget))
            throw EngramException.Input("corrupt-file", "study.json has no plan with config, affinity and numbers of seeds and budget; begin the study anew in another folder.");
        return new AffinityPlan { Config = new RunConfigBuilder(catalogs, file: config).Build(), Options = Bind(options), Seeds = count, Budget = budget }.Checked();
    }

    /// <summary>Makes options from JSON.</summary>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    public static AffinityOptions Bind(JsonObject json)
    {
        List<string> problems = [];
        object options = SettingsShape.Of(typeof(AffinityOptions)).Bind(json, "affinity", problems);
        return problems.Count == 0 ? (AffinityOptions)options : throw EngramException.Input("invalid-setting", string.Join(" ", problems));
    }

    private int LayersOf(NetworkDefinition whole)
    {
        int all = whole.Widths.Count;
        if (Options.EncoderLayers > all)
            throw EngramException.Input("invalid-setting", $"affinity.encoderLayers is {Options.EncoderLayers} but the network {Config.Network.Id} has {all} hidden {(all == 1 ? "layer" : "layers")}; set it to {Math.Max(1, all)} or lower.");
        return Options.EncoderLayers ?? (all >= 2 ? all - 1 : all);
    }
}
