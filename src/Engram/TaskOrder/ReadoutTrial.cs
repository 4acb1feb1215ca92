using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.TaskOrder;

/// <summary>A trial of affinities: all read-outs of one target with one seed, on the encoders that the sources' runs have trained; kept in a file.</summary>
/// <param name="laboratory">Has the data.</param>
/// <param name="plan">How it is measured.</param>
/// <param name="folder">Where the sources are.</param>
/// <param name="sources">The sources with this seed, one per task.</param>
/// <param name="target">Index of the target in the natural order.</param>
/// <param name="seed">The seed.</param>
/// <param name="name">What people call it.</param>
internal sealed class ReadoutTrial(Laboratory laboratory, AffinityPlan plan, StudyFolder folder, Trial[] sources, int target, ulong seed, string name) : StudyTrial
{
    // Named after all that decides what is measured.
    private readonly string path = folder.ResultPath($"target-{plan.Numbers[target]}-seed{seed}", new()
    {
        ["sources"] = new JsonArray([.. sources.Select(source => (JsonNode)source.Config.ToJson())]), ["target"] = target, ["affinity"] = Settings.ToJson(plan.Options),
    });

    /// <summary>What came of it; empty before.</summary>
    public IReadOnlyList<TransferResult> Results { get; private set; } = [];

    public override string Name => name;

    public override string Place => path;

    public override bool IsDone => File.Exists(path);

    public override double? Accuracy => Results.Count == 0 ? null : Results.Max(one => one.Accuracy);

    public override void Run(Action<TrialReport> progress, CancellationToken cancellation)
    {
        if (!IsDone) TransferResult.WriteFile(path, Measure(share => progress(new(share)), cancellation));
        Results = TransferResult.ReadFile(path);
    }

    private TransferResult[] Measure(Action<double> progress, CancellationToken cancellation)
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
        ParameterLayout layout = encoder.Layout;
        ParameterSlice[] body = layout.HasOutput ? [.. layout.Slices.TakeWhile(slice => !layout.Output.Holds(slice))] : [.. layout.Slices], first = [.. trained.Layout.Slices.Take(body.Length)];
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
