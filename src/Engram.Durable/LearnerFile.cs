using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable.Storage;
using Engram.Experiments;
using Engram.OwnData;
using Engram.Streams;
using Engram.Training;
using TorchSharp;

namespace Engram.Durable;

/// <summary>What a learner was made with, and where it stands.</summary>
/// <param name="Row">As the store has it.</param>
/// <param name="Config">Method, network, training, seed.</param>
/// <param name="Options">What may change.</param>
/// <param name="Records">Columns and the like.</param>
/// <param name="Choices">What was chosen for the user, and why.</param>
internal sealed record Settled(LearnerRow Row, JsonObject Config, LearnerOptions Options, RecordOptions Records, IReadOnlyList<string> Choices)
{
    /// <summary>Id of the method.</summary>
    public string Method => Config["method"]!["id"]!.GetValue<string>();

    /// <summary>What is stored of the options.</summary>
    public static string ToJson(LearnerOptions options, RecordOptions records, IReadOnlyList<string> choices) => new JsonObject
    {
        ["learner"] = Settings.ToJson(options), ["records"] = Settings.ToJson(records), ["choices"] = new JsonArray([.. choices.Select(line => (JsonNode)line)]),
    }.ToJsonString();
}

/// <summary>A learner's store with what it takes to read it: catalogs, and the inputs that are the same for life.</summary>
/// <param name="store">The store; disposed with this.</param>
/// <param name="assemblies">With readers, frozen networks, methods and networks of one's own.</param>
internal sealed class LearnerFile(EngramStore store, IReadOnlyList<Assembly> assemblies) : IDisposable
{
    // What assemblies hold never changes, and looking through them takes longer than opening a learner does otherwise.
    private static readonly ConcurrentDictionary<string, (Catalogs Catalogs, LearnerCatalogs Learners)> Scanned = new(StringComparer.Ordinal);

    private readonly (Catalogs Catalogs, LearnerCatalogs Learners) scanned = Scanned.GetOrAdd(string.Join('|', assemblies.Select(assembly => $"{assembly.FullName} {assembly.ManifestModule.ModuleVersionId}")), _ => (new([.. assemblies]), new([.. assemblies])));
    private readonly Lock gate = new();
    private LearnerInputs? inputs;

    public EngramStore Store => store;

    public Catalogs Catalogs => scanned.Catalogs;

    public LearnerCatalogs Learners => scanned.Learners;

    /// <summary>What the learner was made with; null where nothing was learned yet.</summary>
    public Settled? Settle(StoreReader reader)
    {
        if (reader.Learner() is not { } row) return null;
        try
        {
            JsonObject options = Object(row.Options);
            List<string> problems = [];
            LearnerOptions own = (LearnerOptions)SettingsShape.Of(typeof(LearnerOptions)).Bind((JsonObject)options["learner"]!.DeepClone(), "", problems);
            if (problems.Count > 0) throw Damaged(string.Join(' ', problems));
            return new(row, Object(row.Config), own, options["records"].Deserialize<RecordOptions>(Settings.Json) ?? new(), [.. options["choices"]!.AsArray().Select(line => line!.GetValue<string>())]);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw Damaged(cause.Message, cause);
        }
    }

    /// <summary>How records become inputs; loaded once.</summary>
    public LearnerInputs Inputs(Settled settled)
    {
        lock (gate) return inputs ??= LearnerInputs.FromJson(Object(settled.Row.Inputs), Catalogs);
    }

    /// <summary>Takes those of a first lesson.</summary>
    public void Take(LearnerInputs fitted)
    {
        lock (gate) inputs = fitted;
    }

    /// <summary>Names of all classes by number; a class that was forgotten keeps its number.</summary>
    public static List<string> Names(StoreReader reader)
    {
        List<string> names = [];
        foreach (ClassRow one in reader.Classes())
        {
            FillUp(one.Number);
            names.Add(one.Name);
        }
        FillUp(reader.NextClass());
        return names;

        void FillUp(int number)
        {
            while (names.Count < number) names.Add($"(forgotten {names.Count})");
        }
    }

    /// <summary>What answers as a version did.</summary>
    /// <exception cref="EngramException">There is none of that number, its state was removed, or it is damaged.</exception>
    public ServedVersion Serve(StoreReader reader, int number)
    {
        VersionRow version = Present(reader, number);
        LearnerHeader header = LearnerHeader.Read(Object(version.Header));
        var method = Learners.Methods.Find(header.Config["method"]!["id"]!.GetValue<string>()).Attribute;
        bool Wanted(string name) => LearnerState.IsForAnswers(name, method);
        Dictionary<string, torch.Tensor> tensors = StateBytes.Read(reader.State(StateOwner.Version, number), store.Address, Wanted);
        try
        {
            VersionMetrics metrics = Metrics(version);
            return new(number, new(header, new(tensors, StateBytes.Values(version.Values, Wanted)), Learners) { Temperature = metrics.Temperature }, metrics.Known);
        }
        finally
        {
            foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>A run that goes on from a version.</summary>
    /// <param name="reader">A snapshot.</param>
    /// <param name="number">The version.</param>
    public LessonRun GoOn(StoreReader reader, int number)
    {
        VersionRow version = Present(reader, number);
        return Restore(LearnerHeader.Read(Object(version.Header)), reader.State(StateOwner.Version, number), version.Values, KeptOf(reader));
    }

    /// <summary>A run as a header and its state say it.</summary>
    /// <param name="header">What it is made from.</param>
    /// <param name="state">Its tensors.</param>
    /// <param name="values">Its values.</param>
    /// <param name="dataOf">Data of a task by its index and name; null where they are not at hand.</param>
    public LessonRun Restore(LearnerHeader header, IReadOnlyDictionary<string, byte[]> state, string values, Func<int, TaskHeader, Samples?> dataOf)
    {
        Dictionary<string, torch.Tensor> tensors = StateBytes.Read(state, store.Address);
        try
        {
            return LessonRun.Restore(header, new(tensors, StateBytes.Values(values)), Learners, index => dataOf(index, header.Tasks[index]));
        }
        finally
        {
            foreach (torch.Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>The kept training samples of a task, where all of them are kept.</summary>
    public Func<int, TaskHeader, Samples?> KeptOf(StoreReader reader)
    {
        Dictionary<string, LessonRow> lessons = reader.Lessons().ToDictionary(lesson => lesson.Name);
        return (index, task) => lessons.GetValueOrDefault(task.Name) is { } lesson && lesson.Kept == lesson.Samples && lesson.Samples > 0 && inputs is not null
            ? new KeptSamples(store, lesson.Number, test: false, lesson.Kept, inputs.Shape, index) : null;
    }

    /// <summary>The version of a number, with its state there.</summary>
    public static VersionRow Present(StoreReader reader, int number)
    {
        VersionRow version = reader.Version(number);
        return version.Removed is null ? version
            : throw EngramException.Input("version-removed", $"Version {number} is in the history only: its state was removed on {version.Removed:yyyy-MM-dd}. 'engram history' shows which versions can still be used.");
    }

    /// <summary>What a learner of a version's form is made from.</summary>
    public LearnerHeader HeaderOf(VersionRow version) => LearnerHeader.Read(Object(version.Header));

    /// <summary>What is known of a version besides its answers.</summary>
    public VersionMetrics Metrics(VersionRow version)
    {
        try
        {
            return JsonSerializer.Deserialize<VersionMetrics>(version.Metrics, Settings.Json) ?? new();
        }
        catch (JsonException cause)
        {
            throw Damaged($"metrics of version {version.Number}", cause);
        }
    }

    /// <summary>Says that the store is damaged.</summary>
    public EngramException Damaged(string what, Exception? cause = null) => EngramException.Input("damaged-engram", $"'{store.Address}' is damaged: {Quote.Of(what)}. Restore it from a copy.", cause);

    /// <inheritdoc/>
    public void Dispose()
    {
        inputs?.Dispose();
        store.Dispose();
    }

    private JsonObject Object(string json)
    {
        try
        {
            return StrictJson.Parse(json) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (JsonException cause)
        {
            throw Damaged(cause.Message, cause);
        }
    }
}
