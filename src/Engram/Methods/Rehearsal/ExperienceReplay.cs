using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>How kept samples take part in learning.</summary>
public enum ReplayMode
{
    /// <summary>A batch drawn from the memory counts 1 - 1/t beside the current task's 1/t, where t is the number of tasks so far.</summary>
    Weighted,

    /// <summary>The drawn batch and the current one count as one larger batch.</summary>
    Joined,

    /// <summary>All kept samples are part of the task's training data, repeated until they are about as many as the new ones.</summary>
    Repeated,
}

/// <summary>
/// Experience replay: a few old samples are learned again beside the new ones. Loss = w CE(current) + (1 - w) CE(drawn), with w = 1/t
/// (van de Ven et al. 2022, Nature Machine Intelligence 4) or w = B/(B + R), one larger batch (Chaudhry et al. 2019, arXiv 1902.10486); or,
/// without drawing, the naive rehearsal of Hsu et al. (2018, arXiv 1810.12488), where old samples are repeated floor(N_t / kept) times.
/// </summary>
/// <remarks>
/// Differs from van de Ven's code: old samples are drawn anew at every step instead of in a shuffled round, in the task scenario from all
/// old tasks at once. In the class scenario only classes seen so far compete (as in 2019; in 2022 all did).
/// </remarks>
[Method("replay", Family = "rehearsal", LearnsAnyAnswers = true, Owns = Hooks.TrainingData | Hooks.Prepare | Hooks.Loss, Summary = "keeps some samples of every task and learns them again beside the new ones",
    Paper = "Chaudhry et al. 2019, arXiv 1902.10486", Suits = SuitingInputs.Rows, SuitsBecause = "it lets a network bend around rows of numbers, and learns samples of all lessons again beside new ones")]
public sealed class ExperienceReplay(ExperienceReplay.Options options) : LearningMethod
{
    private MemoryPolicy? policy;
    private SampleMemory? memory;
    private Tensor? weights; // of the rows of a batch with as many rows of each kind as the last one
    private (long Current, int Drawn, int Tasks) weightsAre;
    private int[] slots = [];
    private long draws;
    private int drawn; // rows of the current step that come from the memory

    /// <summary>Settings.</summary>
    public sealed record Options : ISettingsRules
    {
        /// <summary>How much may be kept.</summary>
        public MemoryOptions Memory { get; init; } = new();

        /// <summary>Which samples stay.</summary>
        [Description("which samples stay: reservoir, ring, class-balanced or task-balanced")]
        public MemoryRule Rule { get; init; } = MemoryRule.ClassBalanced;

        /// <summary>How they take part in learning.</summary>
        [Description("weighted (drawn batch counts 1 - 1/t), joined (one larger batch) or repeated (part of the training data)")]
        public ReplayMode Mode { get; init; }

        /// <summary>Kept samples per step; null draws as many as a batch has.</summary>
        [Description("kept samples drawn per step; as many as training.batch where not given"), Range(1, 1_000_000)]
        public int? Draw { get; init; }

        /// <summary>Whether samples are kept as they pass by in training, at every step, and not at the end of their task.</summary>
        [Description("keep samples at every step, as a single pass over a stream must, and not at the end of each task")]
        public bool KeepAtEveryStep { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Problems(string path)
        {
            foreach (string problem in Memory.ProblemsWith(Rule, $"{path}.memory")) yield return problem;
            if (Mode == ReplayMode.Repeated && KeepAtEveryStep)
                yield return $"{path}.keepAtEveryStep is true, but {path}.mode repeated needs its data at the beginning of a task; set it to false or choose another mode.";
        }
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task) => Prepare();

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task)
    {
        if (options.Mode != ReplayMode.Repeated || policy is null || policy.Count == 0) return task.Train;
        int times = Math.Max(1, task.Train.Count / policy.Count);
        int[] slots = [.. Enumerable.Repeat(policy.Slots, times).SelectMany(kept => kept)];
        return new UnionSamples([task.Train, memory!.Samples(slots)]);
    }

    /// <inheritdoc/>
    public override Batch Prepare(Batch batch)
    {
        drawn = DrawCount();
        Batch prepared = batch;
        if (drawn > 0)
        {
            if (slots.Length != drawn) slots = new int[drawn];
            policy!.Draw(slots, Model.Seed.For("draw", step: draws++));
            prepared = memory!.Read(slots, batch);
        }
        if (options.KeepAtEveryStep) memory!.Offer(policy!, batch, batch.Count, Model.Seed.For("memory", step: policy!.Seen));
        return prepared;
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        if (drawn == 0 || options.Mode != ReplayMode.Weighted) return base.Loss(batch, logits);
        return Model.Answers.Loss(logits, batch.Targets, Model.Mask(batch), Model.RowWeights(batch.Targets, Weights(batch.Count - drawn, drawn)));
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        if (!options.KeepAtEveryStep) memory!.Offer(policy!, task.Train, Model.Seed.For("memory", task.Index));
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        Prepare();
        memory!.Visit(state.Part("memory"), Model);
        policy!.Visit(state.Part("policy"), memory.Used);
        state.Value("draws", ref draws);
    }

    /// <inheritdoc/>
    public override long StoredBytes => memory?.StoredBytes ?? 0;

    /// <inheritdoc/>
    public override long StoredSamples => memory?.Used ?? 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        memory?.Dispose();
        weights?.Dispose();
        base.Dispose(disposing);
    }

    private void Prepare()
    {
        policy ??= options.Memory.Policy(options.Rule, Model);
        memory ??= new(Model.Network.InputShape, policy.Capacity, Model.Device, targetNumbers: Model.Answers.TargetNumbers);
    }

    // On the first task the weight 1 - 1/t of what would be drawn is 0.
    private int DrawCount() => policy is null || options.Mode == ReplayMode.Repeated || (options.Mode == ReplayMode.Weighted && Model.TasksSeen < 2)
        ? 0 : Math.Min(options.Draw ?? Model.BatchSize, policy.Count);

    // [batch, 1]: 1/t of the current rows' mean and 1 - 1/t of the drawn rows' mean.
    private Tensor Weights(long current, int old)
    {
        int tasks = Model.TasksSeen;
        if (weights is not null && weightsAre == (current, old, tasks)) return weights;
        weights?.Dispose();
        weights = empty(current + old, 1, device: Model.Device).DetachFromDisposeScope();
        weights.narrow(0, 0, current).Fill(1f / tasks / current);
        weights.narrow(0, current, old).Fill((1 - 1f / tasks) / old);
        weightsAre = (current, old, tasks);
        return weights;
    }
}
