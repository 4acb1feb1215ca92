using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// FearNet (Kemker and Kanan 2018, arXiv 1711.10563). Base knowledge, the first task, goes into a long-term memory (mPFC): an
/// <see cref="AutoencoderClassifier"/> with a Gaussian of the codes of each class. Later tasks go into a recent memory (HC) of all their vectors.
/// Every K tasks comes sleep: the long-term memory learns the recent vectors together with pseudo-examples that it draws itself of every class it
/// knows, and the recent memory is emptied. A gate (BLA) learns after each task which memory an input belongs to, A(x) being the probability of the recent one:
/// psi = A/(1-A) max P_HC; where psi &gt; max P_mPFC the recent memory answers, elsewhere the long-term one.
/// </summary>
/// <remarks>
/// The trainer's steps are, on the first task, those of the long-term memory (of the body where there is one); on every later task those of the gate:
/// each batch holds as many recent vectors as pseudo-examples, drawn anew. Sleep is part of a task's end, so a stop during sleep repeats it.
/// Where the paper says nothing: a gate starts afresh with each task, and is needed only while the recent memory is not empty; the optimizer of sleep
/// is an Adam that starts afresh; the codes of old classes are those of the pseudo-examples that were learned in this sleep; the Gaussian's
/// covariance gets 1e-6 on its diagonal, ten times as much as often as the factorisation fails. Differs from the paper: the inputs are not features of a
/// network trained on ImageNet but raw, or features of one trained on the first task; the decoder begins at the code itself, whose own term of the
/// reconstruction is therefore 0. With raw inputs the network's widths are the long-term memory's, but its hidden layers are exponential linear units.
/// With raw inputs, also unlike the paper, unless <c>redraw</c> is false: D(E(x)), decoder after encoder, takes the place of x for the gate (whose
/// pseudo-examples pass through it likewise), in sleep and for the long-term memory's answers, but not in the recent memory's distances. The gate would
/// learn to tell real inputs from drawn ones otherwise, and send real ones of old classes to the recent memory.
/// </remarks>
[Method("fearnet", WeighsClasses = false, Family = "generative", Owns = Hooks.TrainingData | Hooks.Prepare | Hooks.Loss | Hooks.Predict | Hooks.ParameterCount, Scenarios = [Scenario.Class], Reason = "its memories hold classes, and all classes of both compete",
    Alone = "its networks take turns in learning",
    Summary = "keeps recent classes as samples and older ones as a generative model, and moves them over in sleep", Paper = "Kemker and Kanan 2018, arXiv 1711.10563")]
public sealed class FearNet(FearNet.Options options) : LearningMethod, IExhibitor
{
    private const int Chunk = 1000, ShownPerClass = 10;

    private readonly RecentMemory recent = new();
    private readonly SortedDictionary<int, ClassGaussian> knowledge = [];
    private AutoencoderClassifier? longTerm;
    private Network? gate, body;
    private PixelRange range = new(0, 1);
    private int[] hidden = [];
    private int consolidated = -1, awake; // last task whose classes the long-term memory knows, and tasks since then
    private long step;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Tasks from one sleep to the next, K; the base task does not count.</summary>
        [Description("tasks from one sleep to the next (K)"), Range(1, 100_000)]
        public int SleepEvery { get; init; } = 10;

        /// <summary>Passes over recent vectors and pseudo-examples in one sleep, and over the base task's features where there is a body.</summary>
        [Description("epochs of one sleep"), Range(1, 100_000)]
        public int SleepEpochs { get; init; } = 60;

        /// <summary>Step size of the Adam that learns in sleep.</summary>
        [Description("step size of the Adam that learns in sleep"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double SleepRate { get; init; } = 0.001;

        /// <summary>Weights of the reconstruction's layers, from the inputs up; the last stands for all further layers.</summary>
        [Description("weights of the reconstruction's layers, from the inputs up"), Range(0.0, 1e9)]
        public double[] Reconstruction { get; init; } = [1e4, 1, 0.1];

        /// <summary>Whether the Gaussians have variances only, an ablation.</summary>
        [Description("Gaussians with variances only, in place of whole covariances (an ablation)")]
        public bool Diagonal { get; init; }

        /// <summary>What the memories hold; null is raw for a network of dense layers and features for any other.</summary>
        [Description("what the memories hold: raw inputs, or features of the run's network, which then learns the first task only; left out it is raw for mlp")]
        public MemoryInputs? Inputs { get; init; }

        /// <summary>Whether gate and long-term memory see recent vectors, and inputs to be classified, as the long-term memory redraws them; null does so with raw inputs and not with features, which it harms. The paper's is false.</summary>
        [Description("inputs are seen as the long-term memory redraws them, so that real ones and drawn ones look alike to the gate and in sleep; left out it is so for raw inputs only, the paper has false")]
        public bool? Redraw { get; init; }

        /// <summary>Hidden layers of long-term memory and gate where the memories hold features; with raw inputs they are the network's.</summary>
        [Description("hidden layers of long-term memory and gate for features; with raw inputs they are those of the network"), Range(1, 65536)]
        public int[] Hidden { get; init; } = [200, 50];
    }

    private bool HoldsFeatures { get; set; }

    private bool Redraws => options.Redraw ?? !HoldsFeatures;

    private bool GateLearns => gate is not null && ReferenceEquals(gate, Model.Network);

    /// <inheritdoc/>
    public override void Join(Model run)
    {
        base.Join(run);
        int[]? dense = DenseLayers(run.Network);
        HoldsFeatures = (options.Inputs ?? (dense is null ? MemoryInputs.Features : MemoryInputs.Raw)) == MemoryInputs.Features;
        if (!HoldsFeatures && dense is null) throw EngramException.Input("not-dense", "method.inputs is raw, but fearnet's long-term memory is made of dense layers and the network is not; set method.inputs=features or use the network mlp.");
        if (dense is []) throw EngramException.Input("no-hidden-layers", "fearnet draws its pseudo-examples from the codes of a hidden layer, but the network has none; set network.hidden, for example to 200,50.");
        if (HoldsFeatures && options.Hidden.Length == 0) throw EngramException.Input("no-hidden-layers", "fearnet draws its pseudo-examples from the codes of a hidden layer, but method.hidden is empty; set it, for example to 200,50.");
        if (options.Reconstruction.Length == 0) throw EngramException.Input("invalid-setting", "method.reconstruction is empty but needs at least one weight, such as 10000,1,0.1.");
        hidden = HoldsFeatures ? options.Hidden : dense!;
        run.GrowsOutputs = false; // the long-term memory is no network of the run's kind
        if (!HoldsFeatures) run.Replace(longTerm = new(run.Network, hidden, options.Reconstruction, run.Seed.Derive("decoder"))).Dispose();
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (task.Index == 0 && DrawsImages) range = PixelRange.Of(task.Train);
        if (task.Index == 0) return;
        if (longTerm!.OutputCount < Model.OutputCount) // classes that nobody knew of when it was made
        {
            if (body is not null) body = Model.WithAllOutputs(body, Model.NewNetwork());
            Model.Replace(longTerm = longTerm.WithOutputs(Model.OutputCount, Model.Seed)).Dispose();
        }
        Remember(recent, task.Train);
        awake++;
        step = 0;
        Network old = Model.Replace(NewGate(task.Index));
        if (!ReferenceEquals(old, longTerm)) throw new InvalidOperationException("The long-term memory was not given back at the end of the last task.");
        gate?.Dispose();
        gate = Model.Network;
    }

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task) => task.Index == 0 ? task.Train : recent.Samples(task.Index);

    /// <inheritdoc/>
    /// <remarks>For the gate: as many pseudo-examples behind the recent vectors, or none where every class of the long-term memory came again.</remarks>
    public override Batch Prepare(Batch batch)
    {
        if (!GateLearns) return batch;
        Tensor own = batch.Inputs, drawn = Draw(Model.Seed.For("pseudo", Model.TasksSeen, step), own.size(0));
        step++;
        return batch with { Inputs = Seen(cat([own, drawn], 0)) };
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        if (GateLearns)
        {
            long own = batch.Targets.size(0);
            return Objective.SigmoidCrossEntropy(logits, cat([ones([own, 1], device: logits.device), zeros([logits.size(0) - own, 1], device: logits.device)], 0));
        }
        Objective classes = base.Loss(batch, logits);
        return HoldsFeatures ? classes : classes with { Value = classes.Value.Plus(longTerm!.ReconstructionLoss()) };
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        if (task.Index == 0) KeepBase(task);
        else
        {
            Model.Replace(longTerm!);
            if (awake < options.SleepEvery) return;
            Sleep(task.Index);
        }
        consolidated = task.Index;
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs)
    {
        if (consolidated < 0) return base.Predict(inputs);
        Tensor vectors = Vectors(inputs.Values), seen = Seen(vectors), logits = longTerm!.Predict(seen);
        if (Model.Mask(consolidated) is { } mask) logits = logits.Plus(mask);
        return gate is null ? logits : Recall(gate.Predict(seen), recent.Probabilities(vectors, logits.size(1)), logits.softmax(1));
    }

    /// <summary>The answer of one of the two memories for each input.</summary>
    /// <param name="gate">Log-odds of the recent memory, log(A/(1-A)), [batch, 1].</param>
    /// <param name="recent">P_HC, [batch, outputs]; 0 for classes that are not in it.</param>
    /// <param name="longTerm">P_mPFC, [batch, outputs]; 0 likewise.</param>
    /// <returns>The probabilities of the memory that answers, [batch, outputs]; minus infinity for classes that it does not hold.</returns>
    internal static Tensor Recall(Tensor gate, Tensor recent, Tensor longTerm)
    {
        Tensor answers = Psi(gate, recent).gt(longTerm.amax([1], keepdim: true));
        Tensor chosen = where(answers, recent, longTerm);
        return chosen.Replaced(chosen.EqualTo(0), float.NegativeInfinity);
    }

    /// <summary>psi = A/(1-A) max P_HC, [batch, 1]; arguments as in <see cref="Recall"/>.</summary>
    internal static Tensor Psi(Tensor gate, Tensor recent) => gate.exp() * recent.amax([1], keepdim: true);

    /// <inheritdoc/>
    /// <remarks>Pseudo-examples of the long-term memory where it draws images, a row for each class that it knows.</remarks>
    public IEnumerable<Exhibit> Exhibits()
    {
        if (!DrawsImages) return [];
        IReadOnlyList<long> shape = Model.Tasks[0].Train.InputShape; // [channels, height, width]
        RandomSource random = Model.Seed.For("exhibit", Model.TasksSeen);
        Tensor codes = cat([.. knowledge.Values.Select(one => one.Draw(random, ShownPerClass))], 0);
        Tensor pixels = range.ToUnit(longTerm!.Decode(codes)).AtLeast(0).AtMost(1).view(codes.size(0), shape[0], -1);
        byte[] gray = [.. pixels.mean([1]).cpu().flatten().data<float>().Select(value => (byte)MathF.Round(255 * value))];
        return [new ExhibitImages("pseudo-examples", (int)shape[1], (int)shape[2], gray)];
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        var (low, high) = range;
        bool hasGate = gate is not null, gateLearns = GateLearns, hasBody = body is not null;
        int[] classes = [.. knowledge.Keys];
        state.Value("step", ref step);
        state.Value("awake", ref awake, most: options.SleepEvery);
        state.Value("consolidated", ref consolidated, least: -1, most: Model.TasksSeen - 1);
        state.Value("low", ref low, least: float.MinValue, most: float.MaxValue);
        state.Value("high", ref high, least: float.MinValue, most: float.MaxValue);
        state.Value("gate", ref hasGate);
        state.Value("gateLearns", ref gateLearns);
        state.Value("body", ref hasBody);
        state.Value("known", ref classes, most: Model.OutputCount - 1);
        state.Require(HoldsFeatures || ReferenceEquals(Model.Network, longTerm), "known", "a network of the size that the run began with");
        state.Require(low < high, "low", "less than the largest pixel");
        state.Require(hasBody == (HoldsFeatures && consolidated >= 0), "body", "one as soon as features are kept");
        state.Require(hasGate == awake > 0 && (hasGate || !gateLearns), "gate", "one while there are recent classes");
        state.Require(classes.Length > 0 == consolidated >= 0 && classes.Distinct().Count() == classes.Length, "known", "each class of the long-term memory once");
        if (state.IsRestoring)
        {
            range = new(low, high);
            if (hasBody) body = Model.Replace(longTerm = NewLongTerm(Model.Network));
            if (hasGate) gate = NewGate(0);
            if (gateLearns) Model.Replace(gate!);
            foreach (int label in classes) knowledge[label] = ClassGaussian.Empty();
        }
        foreach (int label in classes) knowledge[label].Visit(state.Part($"class{label}"), hidden[^1], options.Diagonal);
        recent.Visit(state.Part("recent"), longTerm is null ? StateBag.Any : VectorLength, Model.OutputCount);
        state.Require(recent.Classes.Count > 0 == awake > 0, "recent.classes", "some while there is a gate");
        if (hasBody)
        {
            state.Contents("body.parameters", body!.Parameters);
            body.Visit(state.Part("body"));
        }
        if (gateLearns) state.Contents("longTerm", longTerm!.Parameters); // what learns is saved by the run
        else if (hasGate) state.Contents("gateParameters", gate!.Parameters);
    }

    /// <inheritdoc/>
    public override long ParameterCount => longTerm is null ? Model.Network.Layout.Count : longTerm.ClassifierParameterCount + (gate?.Layout.Count ?? 0) + (body?.Layout.Count ?? 0);

    /// <inheritdoc/>
    public override long StoredSamples => recent.Count;

    /// <inheritdoc/>
    public override long StoredBytes => recent.StoredBytes + knowledge.Values.Sum(one => one.StoredBytes)
        + (longTerm is null ? 0 : (longTerm.Layout.Count - longTerm.ClassifierParameterCount) * sizeof(float));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (Network? network in new[] { longTerm, gate, body })
            if (network is not null && !ReferenceEquals(network, Model.Network)) network.Dispose();
        foreach (ClassGaussian one in knowledge.Values) one.Dispose();
        recent.Dispose();
        base.Dispose(disposing);
    }

    private bool DrawsImages => !HoldsFeatures && Model.Tasks[0].Train.InputShape.Count == 3;

    // Widths of the hidden layers of a network that has dense layers and nothing else; null of any other.
    private static int[]? DenseLayers(Network network)
    {
        long inputs = network.InputShape.Aggregate(1L, (product, size) => product * size);
        List<int> widths = [];
        foreach (ParameterSlice[] layer in network.Layout.Slices.Chunk(2))
        {
            if (layer.Length != 2 || layer[0].Shape.Length != 2 || layer[0].Shape[1] != inputs || layer[1].Shape.Length != 1) return null;
            inputs = layer[0].Shape[0];
            widths.Add((int)inputs);
        }
        return [.. widths.SkipLast(1)];
    }

    // What the memories hold of a batch, [batch, numbers].
    private Tensor Vectors(Tensor inputs) => body is null ? inputs.reshape(inputs.size(0), -1) : body.Features(inputs);

    // The same as the gate and the long-term memory see them; those of the base task as they are, since nothing can redraw them yet.
    private Tensor Seen(Tensor vectors) => Redraws && consolidated >= 0 ? longTerm!.Decode(longTerm.Features(vectors)) : vectors;

    private long VectorLength => longTerm!.InputShape.Aggregate(1L, (product, size) => product * size);

    private AutoencoderClassifier NewLongTerm(Network features)
    {
        long length = features.Layout.Output.Weight.Shape[1]; // what the output layer takes in
        Seed seed = Model.Seed.Derive("long-term");
        using Network start = new Mlp(new() { Hidden = hidden }).Create([length], features.OutputCount, seed, Model.Device);
        return new(start, hidden, options.Reconstruction, Model.Seed.Derive("decoder"));
    }

    private Network NewGate(int task)
    {
        Network made = new Mlp(new() { Hidden = hidden }).Create([VectorLength], 1, Model.Seed.Derive("gate", task), Model.Device);
        made.DecaysBiases = false; // as in the authors' script
        return made;
    }

    private void Remember(RecentMemory memory, Samples samples)
    {
        using BatchReader reader = new(samples.InputShape, Chunk, Model.Device);
        int[] all = [.. Enumerable.Range(0, samples.Count)];
        List<Tensor> vectors = [];
        using var scope = NewDisposeScope();
        foreach (int[] part in all.Chunk(Chunk)) vectors.Add(Vectors(reader.Read(samples, part).Inputs).clone());
        memory.Add(cat([.. vectors], 0), [.. all.Select(samples.Target)]);
    }

    private void KeepBase(LearningTask task)
    {
        if (HoldsFeatures) body = Model.Replace(longTerm = NewLongTerm(Model.Network));
        using RecentMemory data = new();
        Remember(data, task.Train);
        using var scope = NewDisposeScope();
        var (inputs, targets) = Gather(data, 0, default);
        if (HoldsFeatures) Learn(inputs, targets, task.Index);
        Know(inputs, targets);
    }

    private void Sleep(int task)
    {
        using var scope = NewDisposeScope();
        int each = (int)Math.Round((double)recent.Count / recent.Classes.Count);
        var (inputs, targets) = Gather(recent, each, Model.Seed.Derive("sleep", task));
        Learn(inputs, targets, task);
        Know(inputs, targets);
        recent.Clear();
        gate!.Dispose();
        gate = null;
        awake = 0;
    }

    // All vectors of a memory, then pseudo-examples of every class the long-term memory knows: [samples, numbers] and their classes.
    private (Tensor Inputs, int[] Targets) Gather(RecentMemory memory, int pseudoPerClass, Seed seed)
    {
        int[] old = pseudoPerClass == 0 ? [] : [.. knowledge.Keys];
        Tensor inputs = empty([memory.Count + (long)old.Length * pseudoPerClass, VectorLength], dtype: float32, device: Model.Device);
        List<int> targets = [];
        foreach (int label in memory.Classes)
            foreach (Tensor part in memory.Of(label).split(Chunk))
            {
                using var scope = NewDisposeScope();
                Put(Seen(part.to(Model.Device)), label);
            }
        foreach (int label in old)
            for (int drawn = 0; drawn < pseudoPerClass; drawn += Chunk)
            {
                using var scope = NewDisposeScope();
                Put(longTerm!.Decode(knowledge[label].Draw(seed.For("pseudo", label, drawn), Math.Min(Chunk, pseudoPerClass - drawn))), label);
            }
        return (inputs, [.. targets]);

        void Put(Tensor vectors, int label)
        {
            inputs.narrow(0, targets.Count, vectors.size(0)).copy_(vectors);
            targets.AddRange(Enumerable.Repeat(label, (int)vectors.size(0)));
        }
    }

    // The long-term memory learns; classes that it never saw do not compete.
    private void Learn(Tensor inputs, int[] targets, int task) =>
        new InnerTraining(options.SleepEpochs, Model.BatchSize, epoch => Model.Seed.For("sleep-order", task, epoch))
            .Classify(longTerm!, options.SleepRate, inputs, tensor(targets, dtype: int64, device: inputs.device), Model.Mask(task));

    // Measures every class anew.
    private void Know(Tensor inputs, int[] targets)
    {
        List<Tensor> codes = [];
        for (long first = 0; first < inputs.size(0); first += Chunk) codes.Add(longTerm!.Features(inputs.narrow(0, first, Math.Min(Chunk, inputs.size(0) - first))).clone());
        Tensor all = cat([.. codes], 0);
        foreach (var group in targets.Index().GroupBy(target => target.Item, target => (long)target.Index))
        {
            if (knowledge.Remove(group.Key, out ClassGaussian? before)) before.Dispose();
            knowledge[group.Key] = ClassGaussian.Of(all.index_select(0, tensor(group.ToArray(), device: inputs.device)), options.Diagonal);
        }
    }

    // Pseudo-examples in turn of all known classes that did not come again, [count, numbers]; the others are recent, and the gate is not told both.
    private Tensor Draw(RandomSource random, long count)
    {
        ClassGaussian[] classes = [.. knowledge.Where(one => !recent.Classes.Contains(one.Key)).Select(one => one.Value)];
        if (classes.Length == 0) return zeros([0, VectorLength], device: Model.Device);
        // The remainder goes round, so that over the steps no class is drawn more often.
        long[] share = [.. classes.Select((_, i) => count / classes.Length + ((i + step) % classes.Length < count % classes.Length ? 1 : 0))];
        return longTerm!.Decode(cat([.. classes.Zip(share).Where(one => one.Second > 0).Select(one => one.First.Draw(random, one.Second))], 0));
    }
}
