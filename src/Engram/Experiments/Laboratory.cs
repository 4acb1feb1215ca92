using System.Collections.Concurrent;
using System.Reflection;
using Engram.Datasets;
using Engram.Methods;
using Engram.Networks;
using Engram.OwnData;
using Engram.Pretrained;
using Engram.Streams;

namespace Engram.Experiments;

/// <summary>Makes runs from configurations: the catalogs, where data are, and each data set loaded once for all runs.</summary>
/// <param name="data">Where data sets are looked for.</param>
/// <param name="assemblies">A program's own assemblies, with its own methods, networks, optimizers and streams.</param>
public sealed class Laboratory(DataFolders data, params Assembly[] assemblies)
{
    private readonly ConcurrentDictionary<string, Lazy<ImageDataset>> loaded = [];
    private readonly ConcurrentDictionary<string, Lazy<StoryDataset>> loadedStories = [];
    private readonly ConcurrentDictionary<string, Lazy<Records>> opened = [];
    private readonly ConcurrentDictionary<string, Lazy<FrozenNetwork>> frozen = [];

    /// <summary>Everything that can be named in a configuration.</summary>
    public Catalogs Catalogs { get; } = new(assemblies);

    /// <summary>Hears how far reading a user's own data has come; null for nobody.</summary>
    public IProgress<ReadProgress>? Reading { get; init; }

    /// <summary>Starts a configuration; arguments as in <see cref="RunConfigBuilder"/>.</summary>
    public RunConfigBuilder Configure(string stream, string method = "fine-tuning", string? network = null) => new(Catalogs, stream, method, network);

    /// <summary>Runs one configuration to the end on the calling thread.</summary>
    /// <param name="config">What to run.</param>
    /// <param name="folder">Where checkpoints and results go, and where a stopped run goes on; null keeps the run in memory.</param>
    /// <param name="progress">Told where the run stands; null for none.</param>
    /// <param name="cancellation">Stops the run after the current step, with a checkpoint.</param>
    /// <exception cref="EngramException">Data are missing or damaged, training diverged, a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped and can be resumed.</exception>
    public RunResult Run(RunConfig config, RunFolder? folder = null, Action<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        using Experiment experiment = Open(config, folder);
        return experiment.Run(progress, cancellation);
    }

    /// <summary>Opens a run to be asked (<see cref="Experiment.Ask"/>); the caller disposes it.</summary>
    /// <exception cref="EngramException">Data are missing or damaged.</exception>
    public Experiment Open(RunConfig config, RunFolder? folder)
    {
        TaskStream stream = Stream(config);
        return new(config, stream, Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Catalogs.Methods.Create(config.Method.Id, config.Method.Options), folder, Doubt(config, stream));
    }

    /// <summary>That the method of a configuration cannot help against forgetting, and why, in a line; null where it may.</summary>
    /// <param name="config">What is to be run.</param>
    /// <param name="stream">Its tasks where they are at hand.</param>
    /// <exception cref="EngramException">Data are missing or damaged.</exception>
    public string? Doubt(RunConfig config, TaskStream? stream = null) => Catalogs.Methods.Doubt(config.Method.Id, stream ?? Stream(config));

    /// <summary>The tasks of a configuration.</summary>
    /// <exception cref="EngramException">Data are missing or damaged, or do not fit the settings.</exception>
    public TaskStream Stream(RunConfig config)
    {
        NamedStream named = Catalogs.Streams.Find(config.Stream.Id);
        StreamDefinition definition = Catalogs.Streams.Create(named, config.Stream.Options);
        TaskStream stream = definition.Create(new(named.Id, named.Dataset, Images, new(config.Machine.Seed)) { Stories = Stories, Records = Records });
        string features = ((StreamOptions)config.Stream.Options).Features ?? (definition.TakesSuitingFeatures ? Catalogs.Features.Suiting(stream) : null) ?? StreamOptions.NoFeatures;
        return features == StreamOptions.NoFeatures ? stream : frozen.GetOrAdd(features, name => new(() => new(Catalogs.Features.Create(name)))).Value.See(stream, features, Reading);
    }

    /// <summary>The configuration with its number of tasks, where only the data can say it.</summary>
    /// <exception cref="EngramException">Data are missing or damaged, or do not fit the settings.</exception>
    public RunConfig Counted(RunConfig config) => ((StreamOptions)config.Stream.Options).Chosen().Any() ? config
        : new RunConfigBuilder(Catalogs, file: config.ToJson()).Set("stream.tasks", $"{Stream(config).Tasks.Count}").Build();

    /// <summary>Loads the data and checks what only shows with them and on this machine, so that nothing is written for a run that cannot begin.</summary>
    /// <returns>The tasks.</returns>
    /// <exception cref="EngramException">Data are missing or damaged, do not fit the settings or the network, or the device is not there.</exception>
    public TaskStream Prepare(RunConfig config)
    {
        _ = ComputeDevice.Named(config.Machine.Device);
        TaskStream stream = Stream(config);
        NetworkDefinition network = Catalogs.Networks.Create(config.Network.Id, config.Network.Options);
        network.RequireFit(stream);
        network.Layout(stream.InputShape, stream.OutputCount);
        RequireMemory([(config, stream)]);
        return stream;
    }

    /// <summary>The same for runs of which some go at the same time.</summary>
    /// <param name="configs">The runs; at least one.</param>
    /// <param name="jobs">How many at a time.</param>
    /// <exception cref="EngramException">As above, or so many do not fit into the memory.</exception>
    public void Prepare(IReadOnlyList<RunConfig> configs, int jobs)
    {
        Dictionary<string, TaskStream> streams = [];
        (RunConfig Config, TaskStream Stream)[] runs = [.. configs.Select(config => (config, StreamOf(config)))];
        RequireMemory(runs, jobs);

        TaskStream StreamOf(RunConfig config)
        {
            string key = Settings.ToJson(config.Stream).ToJsonString() + Settings.ToJson(config.Network).ToJsonString();
            return streams.TryGetValue(key, out TaskStream? known) ? known : streams[key] = Prepare(config);
        }
    }

    // Memory of other devices is their own; what there is of it shows only when it is asked for.
    private void RequireMemory(IEnumerable<(RunConfig Config, TaskStream Stream)> runs, int jobs = 1)
    {
        MemoryNeed[] needs = [.. runs.Where(run => run.Config.Machine.Device == "cpu").Select(run =>
        {
            using LearningMethod method = Catalogs.Methods.Create(run.Config.Method.Id, run.Config.Method.Options);
            return MemoryNeed.Of(run.Config, run.Stream, Catalogs.Networks.Create(run.Config.Network.Id, run.Config.Network.Options), method);
        }).OrderByDescending(need => need.Bytes).Take(jobs)];
        if (needs.Length > 0) MemoryNeed.RequireFit(needs, MemoryNeed.Available());
    }

    private Records Records(string path, RecordOptions options) =>
        opened.GetOrAdd($"{path}\n{Settings.ToJson(options).ToJsonString()}", _ => new(() => Catalogs.Records.Open(path, options, Reading))).Value;

    private ImageDataset Images(string id) => loaded.GetOrAdd(id, key => new(() => DatasetCatalog.Find<ImageDatasetSource>(key).Load(data))).Value;

    private StoryDataset Stories(string id) => loadedStories.GetOrAdd(id, key => new(() => DatasetCatalog.Find<StoryDatasetSource>(key).Load(data))).Value;
}
