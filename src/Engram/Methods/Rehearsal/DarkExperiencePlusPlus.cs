using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>
/// Dark experience replay ++: kept samples come with the logits that the network gave them when it met them, and it is held to both.
/// Loss = CE(current) + alpha mean((logits - kept logits)^2) over one drawn batch + beta CE over another (Buzzega et al. 2020,
/// arXiv 2004.07211, Eq. 6). The memory is a reservoir that is written at every step, so that no end of a task is needed.
/// </summary>
/// <remarks>
/// Differs from the paper: the cross-entropies are taken over the outputs that compete in the scenario; the squares over all outputs, as there.
/// </remarks>
[Method("derpp", Name = "Dark experience replay++ (DER++)", Family = "rehearsal", LearnsAnyAnswers = true, LearnsFromBatches = true, Owns = Hooks.Prepare | Hooks.Loss, Summary = "replays kept samples with their labels and with the logits the network gave them (DER++)",
    Paper = "Buzzega et al. 2020, arXiv 2004.07211")]
public sealed class DarkExperiencePlusPlus(DarkExperiencePlusPlus.Options options) : LearningMethod
{
    private MemoryPolicy? policy;
    private SampleMemory? memory;
    private int[] slots = []; // first those whose logits count, then those whose labels count
    private Tensor? weights;
    private (long Current, int Drawn) weightsAre;
    private long draws;
    private int drawn;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>How much may be kept; the logits count as bytes, too.</summary>
        public MemoryOptions Memory { get; init; } = new();

        /// <summary>Strength of the pull to the kept logits.</summary>
        [Description("strength alpha of the pull to the kept logits"), Range(0.0, double.MaxValue)]
        public double Alpha { get; init; } = 0.5;

        /// <summary>Weight of the cross-entropy of drawn samples.</summary>
        [Description("weight beta of the cross-entropy of drawn samples"), Range(0.0, double.MaxValue)]
        public double Beta { get; init; } = 0.5;

        /// <summary>Kept samples per step for each of the two terms; null draws as many as a batch has.</summary>
        [Description("kept samples drawn per step for each of the two; as many as training.batch where not given"), Range(1, 1_000_000)]
        public int? Draw { get; init; }
    }

    /// <inheritdoc/>
    /// <remarks>New outputs: what the network says of them is kept with the samples, as if they had been there, untaught, all the time.</remarks>
    public override void BeginTask(LearningTask task)
    {
        Prepare();
        if (memory!.Columns < Model.OutputCount) memory.AddColumns(Model.OutputCount, Model.Network.Predict);
    }

    /// <inheritdoc/>
    public override Batch Prepare(Batch batch)
    {
        drawn = policy is null || (options.Alpha == 0 && options.Beta == 0) ? 0 : Math.Min(options.Draw ?? Model.BatchSize, policy.Count);
        if (drawn == 0) return batch;
        if (slots.Length != 2 * drawn) slots = new int[2 * drawn];
        RandomSource random = Model.Seed.For("draw", step: draws++);
        policy!.Draw(slots.AsSpan(0, drawn), random);
        policy.Draw(slots.AsSpan(drawn), random);
        return memory!.Read(slots, batch);
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        long current = batch.Count - 2 * drawn;
        Objective loss = drawn == 0 ? base.Loss(batch, logits) : LossWithMemory(batch, logits, current);
        memory!.Offer(policy!, batch, current, Model.Seed.For("memory", step: policy!.Seen), logits);
        return loss;
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
        int outputs = Model.Network.OutputCount;
        policy ??= options.Memory.Policy(MemoryRule.Reservoir, Model, outputs);
        memory ??= new(Model.Network.InputShape, policy.Capacity, Model.Device, outputs, Model.Answers.TargetNumbers);
    }

    // Rows of the batch: current, drawn for their logits, drawn for their labels.
    private Objective LossWithMemory(Batch batch, Tensor logits, long current)
    {
        Objective labels = Model.Answers.Loss(logits, batch.Targets, Model.Mask(batch), Model.RowWeights(batch.Targets, Weights(current, drawn)));
        Tensor difference = logits.narrow(0, current, drawn) - memory!.ReadColumns(slots.AsSpan(0, drawn));
        double share = options.Alpha / difference.numel();
        labels.Gradient.narrow(0, current, drawn).Add(difference, 2 * share); // their cross-entropy has weight 0
        return labels with { Value = labels.Value.Plus(difference.Squared().sum().Scale(share)) };
    }

    private Tensor Weights(long current, int old)
    {
        if (weights is not null && weightsAre == (current, old)) return weights;
        weights?.Dispose();
        weights = zeros(current + 2 * old, 1, device: Model.Device).DetachFromDisposeScope();
        weights.narrow(0, 0, current).Fill(1f / current);
        weights.narrow(0, current + old, old).Fill((float)(options.Beta / old));
        weightsAre = (current, old);
        return weights;
    }
}
