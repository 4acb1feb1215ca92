using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.TaskOrder;

/// <summary>
/// Finds out which task helps which (taskonomy, Zamir et al. 2018, arXiv 1804.08328): trains an encoder on every task alone, freezes it, and
/// learns every other task by a small read-out from few samples, beside a read-out on a random encoder and full training.
/// </summary>
/// <remarks>
/// Sources are ordinary runs of one task (<c>stream.only</c>), with checkpoints and all. Then the read-outs of each target are measured
/// together, all from the same samples. Both go side by side, a thread each; the number of threads changes no result.
/// </remarks>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="plan">What is measured.</param>
/// <param name="jobs">Pieces of work at a time; changes no result.</param>
/// <param name="folder">Where what is done is kept and found again.</param>
public sealed class AffinityMeasurement(Laboratory laboratory, AffinityPlan plan, int jobs, StudyFolder folder)
{
    /// <summary>Told the share of a piece of work that is done, from several threads.</summary>
    public Action<string, double>? Progress { get; init; }

    /// <summary>Told what came of a piece of work, from several threads.</summary>
    public Action<string, string>? Finished { get; init; }

    /// <summary>Pieces of work: the sources, and the targets with all their read-outs, for each seed.</summary>
    public static int PiecesOf(AffinityPlan plan) => 2 * plan.Numbers.Count * plan.Seeds;

    /// <summary>Loads the data and checks what only shows with them.</summary>
    /// <returns>Names of the tasks; as <see cref="TaskNames"/> has them where the seeds disagree.</returns>
    /// <exception cref="EngramException">Data are missing or do not fit the settings.</exception>
    public static IReadOnlyList<string> Prepare(Laboratory laboratory, AffinityPlan plan)
    {
        laboratory.Prepare(plan.Source(laboratory.Catalogs, plan.Numbers[0], plan.SeedNumbers[0]).Config);
        _ = plan.Encoder(laboratory.Catalogs);
        TaskStream all = plan.Stream(laboratory, plan.SeedNumbers[0]);
        foreach (var (task, number) in all.Tasks.Zip(plan.Numbers))
            if (laboratory.Stream(plan.Source(laboratory.Catalogs, number, plan.SeedNumbers[0]).Config).InputShape is var alone && !alone.SequenceEqual(all.InputShape))
                throw EngramException.Input("shape-mismatch", $"Task {number} ({task.Name}) of '{plan.Config.Stream.Id}' has inputs of shape [{string.Join(", ", alone)}] alone and [{string.Join(", ", all.InputShape)}] among all tasks, so its encoder cannot read the others; choose a stream whose tasks have inputs of one size, whichever of them are learned.");
        return TaskNames.Over([.. plan.SeedNumbers.Select(seed => plan.Stream(laboratory, seed).Tasks.Select(task => task.Name).ToArray())], plan.Numbers);
    }

    /// <summary>Measures everything; what is done is read, not repeated.</summary>
    /// <param name="tasks">Names of the tasks, from <see cref="Prepare"/>.</param>
    /// <param name="cancellation">Stops after the current step or read-out, with everything so far kept.</param>
    /// <exception cref="EngramException">A source failed, such as a training that diverged; the others are kept.</exception>
    /// <exception cref="OperationCanceledException">The measurement was stopped and can be resumed.</exception>
    public AffinityStudy Run(IReadOnlyList<string> tasks, CancellationToken cancellation = default)
    {
        Trial[] sources = [.. plan.SeedNumbers.SelectMany(seed => plan.Numbers.Select(number => plan.Source(laboratory.Catalogs, number, seed)))];
        TrialResults results = new Trials(laboratory, jobs).Run(sources, folder.TrialPath, (trial, report) => Progress?.Invoke(NameOf(trial), report.Fraction),
            (trial, result) => Finished?.Invoke(NameOf(trial), $"{100 * result.Metrics["accuracy"]:0.0} %"), null, cancellation);
        if (results.Failed is [var failed, ..])
            throw EngramException.Failure("trials-failed", $"{results.Failed.Count} of {sources.Length} sources failed, the others are kept. {NameOf(failed.Trial)}: {failed.Error.Message}");
        double[][] full = [.. results.Finished.Select(one => one.Result.Metrics["accuracy"]!.Value).Chunk(plan.Numbers.Count)];
        return AffinityConclusions.Of(plan, tasks, full, Targets(sources, tasks, cancellation), laboratory.Catalogs);

        string NameOf(Trial trial) => $"source {tasks[Array.IndexOf([.. plan.Numbers.Select(number => $"source-{number}")], trial.Label)]} seed {trial.Config.Machine.Seed}";
    }

    private IReadOnlyList<TransferResult> Targets(Trial[] sources, IReadOnlyList<string> tasks, CancellationToken cancellation)
    {
        int count = plan.Numbers.Count;
        TransferResult[][] results = new TransferResult[count * plan.Seeds][];
        SideBySide.Run([.. Enumerable.Range(0, results.Length)], jobs, Work, cancellation);
        return [.. results.SelectMany(one => one)];

        void Work(int piece)
        {
            int target = piece % count;
            ulong seed = plan.SeedNumbers[piece / count];
            string name = $"read-outs of {tasks[target]} seed {seed}";
            Trial[] own = [.. sources.Where(source => source.Config.Machine.Seed == seed)];
            string path = folder.ResultPath($"target-{plan.Numbers[target]}-seed{seed}", All(own, target));
            if (!File.Exists(path))
            {
                TransferResult[] measured = Measure(own, target, seed, share => Progress?.Invoke(name, share), cancellation);
                TransferResult.WriteFile(path, measured);
            }
            results[piece] = TransferResult.ReadFile(path);
            Finished?.Invoke(name, $"best {100 * results[piece].Max(one => one.Accuracy):0.0} %");
        }
    }

    // All that decides what is measured for a target.
    private JsonObject All(Trial[] sources, int target) => new()
    {
        ["sources"] = new JsonArray([.. sources.Select(source => (JsonNode)source.Config.ToJson())]), ["target"] = target, ["affinity"] = Settings.ToJson(plan.Options),
    };

    private TransferResult[] Measure(Trial[] sources, int target, ulong seed, Action<double> progress, CancellationToken cancellation)
    {
        NativeEngine.PrepareThread(plan.Config.Machine.Threads);
        Device device = ComputeDevice.Named(plan.Config.Machine.Device);
        TaskStream stream = plan.Stream(laboratory, seed);
        NetworkDefinition whole = laboratory.Catalogs.Networks.Create(plan.Config.Network.Id, plan.Config.Network.Options), encoder = plan.Encoder(laboratory.Catalogs);
        List<FrozenEncoder> encoders = [];
        try
        {
            foreach (Trial source in sources)
            {
                using Network trained = whole.Create(stream.InputShape, laboratory.Stream(source.Config).OutputCount, new(seed), device);
                RunFolder.OpenOrCreate(folder.TrialPath(source), source.Config).ReadNetwork(source.Config, trained);
                encoders.Add(new(Beginning(trained, encoder.Create(stream.InputShape, 1, new(seed), device))));
            }
            encoders.Add(new(encoder.Create(stream.InputShape, 1, new(seed), device)));
            return new Transfers(encoders, stream.Tasks[target], target, plan.Decoder(laboratory.Catalogs), plan.Options, new(seed), device).Measure([.. plan.SourcesFor(target)], progress, cancellation);
        }
        finally
        {
            foreach (FrozenEncoder one in encoders) one.Dispose();
        }
    }

    // The layers before the encoder's own outputs are the trained network's first ones.
    internal static Network Beginning(Network trained, Network encoder)
    {
        ParameterSlice[] body = [.. encoder.Layout.Slices.SkipLast(2)], first = [.. trained.Layout.Slices.Take(body.Length)];
        if (!body.Zip(first).All(pair => pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape)))
            throw EngramException.Input("network-mismatch", "The network cannot be cut into encoder and decoder, because its first layers are not those of a shallower one; leave affinity.encoderLayers out, or choose another network, such as mlp.");
        long length = body.Sum(slice => slice.Length);
        using (no_grad()) encoder.Parameters.narrow(0, 0, length).copy_(trained.Parameters.narrow(0, 0, length));
        StateBag running = new(); // such as the averages of a normalisation
        trained.Visit(running);
        encoder.Visit(new StateBag(new(running.Tensors), running.Values, encoder.Device));
        return encoder;
    }
}
