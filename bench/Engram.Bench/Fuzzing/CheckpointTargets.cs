using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench.Fuzzing;

/// <summary>
/// Checkpoints of every method, changed and given a right checksum, restored and asked. One run a method is stopped in the second of three
/// tasks.
/// </summary>
internal sealed class CheckpointTargets : IDisposable
{
    private static readonly (string Name, string Value)[] Small = [("hidden", "8"), ("latent", "4"), ("code", "4"), ("samples", "20")];

    private readonly string root = Directory.CreateTempSubdirectory("engram-fuzz-").FullName;
    private readonly List<Stopped> runs;

    /// <summary>Makes the runs.</summary>
    /// <param name="laboratory">Knows the methods and the stream.</param>
    /// <param name="stream">Id of a stream of three tasks.</param>
    public CheckpointTargets(Laboratory laboratory, string stream, params string[] settings)
    {
        string[] ids = [.. laboratory.Catalogs.Methods.Entries.Select(entry => entry.Attribute.Id), "ewc+si", "gem+grow"];
        runs = [.. ids.Select(id => new Stopped(Path.Combine(root, id), laboratory, Config(laboratory, stream, id, settings)))];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<FuzzTarget> All => [new("checkpoint", random => runs[random.NextInt(runs.Count)].Try(random))];

    public void Dispose()
    {
        foreach (Stopped run in runs) run.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private static RunConfig Config(Laboratory laboratory, string stream, string id, string[] settings)
    {
        CatalogEntry<MethodAttribute> entry = laboratory.Catalogs.Methods.Find(id);
        RunConfigBuilder builder = laboratory.Configure(stream, id).Set("stream.scenario", entry.Attribute.Scenarios[0].ToString().ToLowerInvariant()).Set("network.hidden", "9")
            .Set("training.iterations", "6").Set("training.batch", "10").Set("training.checkpointEvery", "1000").Set("stream.tasks", "3");
        foreach (string setting in settings) builder.Set(setting.Split('=')[0], setting.Split('=')[1]);
        foreach (var (name, value) in Small.Where(one => entry.Settings.Find(one.Name) is not null)) builder.Set($"method.{name}", value);
        return builder.Build();
    }

    private sealed class Stopped : IDisposable
    {
        private readonly RunConfig config;
        private readonly RunFolder folder;
        private readonly Laboratory laboratory;
        private readonly TaskStream stream;
        private readonly Dictionary<string, Tensor> tensors;
        private readonly JsonObject values;
        private readonly JsonNode[] seeds;

        public Stopped(string path, Laboratory laboratory, RunConfig config)
        {
            (this.laboratory, this.config) = (laboratory, config);
            stream = laboratory.Stream(config);
            folder = RunFolder.Create(path, config);
            using CancellationTokenSource stop = new();
            int steps = 0;
            try
            {
                laboratory.Run(config, folder, now => { if (now is { Task: 2, Phase: RunPhase.Training } && ++steps == 1) stop.Cancel(); }, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // as wanted
            }
            StateBag state = folder.Checkpoint.Load(config, CPU)!.Value.State;
            (tensors, values) = (state.Tensors.ToDictionary(), state.Values);
            seeds = [values];
        }

        public bool Try(RandomSource random)
        {
            using var scope = NewDisposeScope();
            Dictionary<string, Tensor> changed = new(tensors);
            JsonObject state = values;
            if (random.NextInt(3) == 0) Change(changed, random);
            else state = JsonFile.Parse(Mutation.OfJson(seeds, random), "state");
            using (FileStream file = File.Create(folder.Checkpoint.Path)) StateFile.Write(file, new StateBag(changed, state), config.ToJson());
            using Experiment experiment = new(config, stream, laboratory.Catalogs.Networks.Create(config.Network.Id, config.Network.Options),
                laboratory.Catalogs.Methods.Create(config.Method.Id, config.Method.Options), folder);
            experiment.Ask(new float[stream.InputShape.Aggregate(1L, (product, size) => product * size)], task: random.NextInt(2));
            return true;
        }

        public void Dispose()
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        }

        private static void Change(Dictionary<string, Tensor> tensors, RandomSource random)
        {
            string[] names = [.. tensors.Keys];
            string name = names[random.NextInt(names.Length)], other = names[random.NextInt(names.Length)];
            Tensor tensor = tensors[name];
            tensors[name] = random.NextInt(8) switch
            {
                0 => tensors[other],
                1 => tensor.flatten(),
                2 => cat([tensor, tensor], 0),
                3 => tensor.to(random.NextInt(2) == 0 ? float64 : int64),
                4 => full_like(tensor, random.NextInt(2) == 0 ? 100 : -1),
                5 when tensor.is_floating_point() => full_like(tensor, random.NextInt(2) == 0 ? float.NaN : float.MaxValue),
                6 => tensor.unsqueeze(0),
                _ => zeros(random.NextInt(3), dtype: tensor.dtype),
            };
            if (random.NextInt(6) == 0) tensors.Remove(other);
        }
    }
}
