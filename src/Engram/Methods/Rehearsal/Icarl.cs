using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Graphs;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>iCaRL and the ablations of its paper (section 4.2).</summary>
public enum IcarlVariant
{
    /// <summary>Exemplars, distillation, nearest mean of exemplars.</summary>
    Full,

    /// <summary>The network's outputs in place of the nearest mean.</summary>
    Hybrid1,

    /// <summary>No distillation.</summary>
    Hybrid2,

    /// <summary>Neither distillation nor nearest mean: plain rehearsal with sigmoid outputs.</summary>
    Hybrid3,

    /// <summary>Distillation alone: no exemplars, the network's outputs.</summary>
    LwfMc,
}

/// <summary>
/// iCaRL (Rebuffi et al. 2017, arXiv 1611.07725): each class keeps exemplars chosen by herding; they are learned beside the new classes, and a
/// new image belongs to the class whose exemplars' mean feature is nearest. Every output is a yes-or-no question; for old classes the answer
/// wanted is the old network's, q_y = sigmoid(old logit / T), also for exemplars, for new classes the label.
/// </summary>
/// <remarks>
/// Loss: cross-entropy summed over the classes seen so far, mean over the batch (the paper; <c>mean</c> as in its code). T = 1 in the paper, 2 in
/// van de Ven's code. Features are the last hidden layer's, scaled to length 1. Differs from the paper: outputs of classes not yet seen are
/// left alone (its code trains them as negatives), images are not mirrored, exemplars are kept as the network's float inputs. A class
/// without training samples has no exemplars and is never predicted by nearest mean; where a class has fewer than its share, all are kept.
/// Before the first task ends, and during a task, when new classes have no exemplars yet, the network's outputs predict.
/// </remarks>
[Method("icarl", Name = "iCaRL", Family = "rehearsal", Owns = Hooks.TrainingData | Hooks.Loss | Hooks.Predict, Scenarios = [Scenario.Class], Reason = "it keeps exemplars of each class and compares a sample with those of all classes seen",
    Summary = "keeps representative exemplars, distils the old outputs, and predicts the class whose exemplars are nearest", Paper = "Rebuffi et al. 2017, arXiv 1611.07725")]
public sealed class Icarl(Icarl.Options options) : LearningMethod, IDescribesAnswers
{
    private const int Chunk = 256; // samples whose features are computed together

    private readonly NetworkSnapshot old = new();
    private SampleMemory? memory;
    private int[][] exemplars = []; // slots per class in the order of choice
    private Tensor? means;
    private int tasksKept; // tasks whose classes have exemplars

    /// <summary>Settings.</summary>
    public sealed record Options : ISettingsRules
    {
        /// <summary>How much may be kept.</summary>
        public MemoryOptions Memory { get; init; } = new();

        /// <summary>Which parts of the method are used.</summary>
        [Description("full, hybrid1 (network outputs), hybrid2 (no distillation), hybrid3 (neither) or lwf-mc (no exemplars)")]
        public IcarlVariant Variant { get; init; }

        /// <summary>What the old network's logits are divided by before the sigmoid.</summary>
        [Description("old logits are divided by it before the sigmoid; 1 in the paper, 2 in van de Ven's code"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double Temperature { get; init; } = 1;

        /// <summary>Whether the loss is the mean over the classes rather than their sum.</summary>
        [Description("mean over the classes, as in the paper's code, and not their sum, as in the paper")]
        public bool MeanOverClasses { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Problems(string path)
        {
            if (Variant != IcarlVariant.LwfMc && (Memory.Samples == 0 || Memory.Bytes == 0 || Memory.PerClass == 0))
                yield return $"{path}.memory is 0, but there must be an exemplar of each class; raise it, or set {path}.variant to lwf-mc, which keeps none.";
        }
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        Prepare();
        ForgetMeans();
        if (task.Index > 0 && Distils) old.Take(Model);
    }

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task)
    {
        int[] slots = [.. exemplars.SelectMany(kept => kept)];
        return slots.Length == 0 ? task.Train : new UnionSamples([task.Train, memory!.Samples(slots)]);
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        Tensor wanted = zeros_like(logits).scatter_(1, batch.Targets.unsqueeze(1), ones(batch.Count, 1, device: Model.Device));
        if (old.Network is { } teacher)
        {
            // What the old network says of a class that comes again is older than its labels.
            Tensor known = tensor([.. Model.OutputsSeen(Model.TasksSeen - 1).Except(Model.Tasks[Model.TasksSeen - 1].Outputs).Select(output => (long)output)], device: Model.Device);
            wanted.index_copy_(1, known, teacher.Predict(batch.Inputs).index_select(1, known).Over((float)options.Temperature).sigmoid_());
        }
        Objective loss = Objective.SigmoidCrossEntropy(logits, wanted, Model.Mask(batch), Model.RowWeights(batch.Targets));
        return options.MeanOverClasses ? 1.0 / Model.OutputsSeen(Model.TasksSeen).Count * loss : loss;
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        old.Dispose();
        tasksKept = task.Number;
        if (!KeepsExemplars) return;
        int share = options.Memory.PerClass ?? memory!.Capacity / Model.OutputsSeen(task.Number).Count;
        for (int known = 0; known < exemplars.Length; known++) exemplars[known] = [.. exemplars[known].Take(share)];
        if (task.Outputs[^1] >= exemplars.Length) exemplars = [.. exemplars, .. Enumerable.Range(exemplars.Length, task.Outputs[^1] + 1 - exemplars.Length).Select(_ => Array.Empty<int>())];
        ILookup<int, int> samplesOf = Enumerable.Range(0, task.Train.Count).ToLookup(task.Train.Target);
        foreach (int label in task.Outputs) exemplars[label] = Keep(task.Train, [.. samplesOf[label]], exemplars[label], share);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs)
    {
        if (!AnswersByMeans) return base.Predict(inputs);
        means ??= Means().DetachFromDisposeScope();
        Tensor features = Herding.Normalized(Model.Network.Features(inputs.Values));
        // Minus the squared distance, but for the features' own square: 2 phi.mu - |mu|^2.
        Tensor scores = features.matmul(means.t()).Scale(2).sub_(means.Squared().sum(dim: 1));
        return scores.nan_to_num_(nan: double.NegativeInfinity, neginf: double.NegativeInfinity); // a class without exemplars has no mean
    }

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue inputs, int task)
    {
        NetworkValues values = Model.Network.Describe(graph, inputs);
        if (!AnswersByMeans) return values.Outputs;
        means ??= Means().DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        Tensor weights = means.nan_to_num(nan: 0).Scale(2), offsets = means.Squared().sum(dim: 1).neg_().nan_to_num_(nan: double.NegativeInfinity);
        return graph.Apply("Add", [graph.Apply("MatMul", [graph.UnitLength(values.Features), graph.Constant(weights.t())]), graph.Constant(offsets)]);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        Prepare();
        memory!.Visit(state.Part("memory"), Model);
        old.Visit(state.Part("old"), Model);
        state.Value("exemplars", ref exemplars, most: memory.Used - 1);
        state.Value("tasksKept", ref tasksKept, least: Math.Max(0, Model.TasksSeen - 1), most: Model.TasksSeen);
        state.Require(exemplars.Length == (KeepsExemplars ? Model.OutputsSeen(tasksKept).DefaultIfEmpty(-1).Max() + 1 : 0), "exemplars", "a list for each class learned");
        state.Require(exemplars.Length == 0 || exemplars.Any(kept => kept.Length > 0), "exemplars", "one at least");
        state.Require(exemplars.SelectMany(kept => kept).Distinct().Count() == exemplars.Sum(kept => kept.Length), "exemplars", "each slot once at most");
        if (state.IsRestoring) ForgetMeans();
    }

    /// <inheritdoc/>
    public override long StoredSamples => exemplars.Sum(kept => kept.Length);

    /// <inheritdoc/>
    public override long StoredBytes => StoredSamples * SampleMemory.BytesPerSample(Model.Network.InputShape);

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => tasks > 1 ? 1 : 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        memory?.Dispose();
        old.Dispose();
        ForgetMeans();
        base.Dispose(disposing);
    }

    private bool KeepsExemplars => options.Variant != IcarlVariant.LwfMc;

    private bool Distils => options.Variant is IcarlVariant.Full or IcarlVariant.Hybrid1 or IcarlVariant.LwfMc;

    private bool AnswersByMeans => UsesMeans && tasksKept > 0 && tasksKept == Model.TasksSeen;

    private bool UsesMeans => options.Variant is IcarlVariant.Full or IcarlVariant.Hybrid2;

    private void Prepare()
    {
        if (memory is not null) return;
        IReadOnlyList<long> shape = Model.Network.InputShape;
        long bytes = SampleMemory.BytesPerSample(shape);
        if (KeepsExemplars) options.Memory.Require(bytes, Model.OutputsSeen(Model.Tasks.Count).Count, "class");
        memory = new(shape, options.Memory.Capacity(bytes), Model.Device);
    }

    private void ForgetMeans()
    {
        means?.Dispose();
        means = null;
    }

    // Herding among the samples of one class and those that were kept of it before; their slots in the order of choice.
    private int[] Keep(Samples samples, int[] ofClass, int[] before, int share)
    {
        Samples pool = before.Length == 0 ? samples : new UnionSamples([samples, memory!.Samples(before)]);
        int[] candidates = [.. ofClass, .. Enumerable.Range(samples.Count, before.Length)];
        if (candidates.Length == 0) return [];
        using var scope = NewDisposeScope();
        using BatchReader reader = new(pool.InputShape, Math.Min(candidates.Length, Chunk), Model.Device);
        Tensor features = cat([.. candidates.Chunk(Chunk).Select(part => Herding.Normalized(Model.Network.Features(reader.Read(pool, part).Inputs)))], 0);
        int[] chosen = [.. Herding.Choose(features, share).Select(choice => candidates[choice])];
        HashSet<int> used = [.. exemplars.SelectMany(kept => kept).Except(before), .. chosen.Where(IsKept).Select(SlotOf)];
        IEnumerator<int> free = Enumerable.Range(0, memory!.Capacity).Where(slot => !used.Contains(slot)).GetEnumerator();
        return [.. chosen.Select(sample => IsKept(sample) ? SlotOf(sample) : Store(sample))];

        bool IsKept(int sample) => sample >= samples.Count;

        int SlotOf(int sample) => before[sample - samples.Count];

        int Store(int sample)
        {
            free.MoveNext();
            memory!.Store(free.Current, samples, sample);
            return free.Current;
        }
    }

    // Mean feature of each class's exemplars as the network sees them now, scaled to length 1, [outputs, features]; NaN where there are none.
    private Tensor Means()
    {
        using var scope = NewDisposeScope();
        Tensor[] rows = new Tensor[Model.Network.OutputCount];
        for (int label = 0; label < exemplars.Length; label++)
        {
            if (exemplars[label].Length == 0) continue;
            Tensor sum = exemplars[label].Chunk(Chunk).Select(part => Herding.Normalized(Model.Network.Features(memory!.Read(part).Inputs)).sum(dim: 0, keepdim: true)).Aggregate((all, part) => all.Plus(part));
            rows[label] = Herding.Normalized(sum);
        }
        Tensor none = empty_like(rows.First(row => row is not null)).Fill(float.NaN);
        return cat([.. rows.Select(row => row ?? none)], 0).MoveToOuterDisposeScope();
    }
}
