using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Gradients;

/// <summary>
/// Averaged gradient episodic memory: one gradient on a random batch of all old tasks' samples stands for all of them, so that a step
/// costs the same whatever their number (Chaudhry et al. 2019, arXiv 1812.00420, Eq. 11). Where it is opposed,
/// g~ = g - g'g_ref / (g_ref'g_ref) g_ref.
/// </summary>
/// <remarks>
/// Made for plain SGD, as GEM is. What the current task adds to the memory is looked at from the next task on. Differs from the paper:
/// 1e-7 is added to the denominator, as in the authors' code. Van de Ven et al. (2022) keep 100 random samples of each class and draw as
/// many as the batch has: <c>memory.perClass=100</c>, <c>random=true</c>, <c>reference=128</c>.
/// </remarks>
[Method("agem", Name = "Averaged gradient episodic memory (A-GEM)", Family = "gradients", LearnsAnyAnswers = true, LearnsFromBatches = true, Owns = Hooks.Prepare, Gradient = GradientStage.Projection, Summary = "projects each step so that it does not raise the mean loss on a sample of all old tasks", Paper = "Chaudhry et al. 2019, arXiv 1812.00420")]
public sealed class AveragedGem(AveragedGem.Options options) : LearningMethod
{
    private EpisodicMemory? memory;
    private Tensor? reference;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>What may be kept, shared equally among the classes of every task seen so far.</summary>
        [Description("what may be kept, shared equally among the classes of every task")]
        public MemoryOptions Memory { get; init; } = MemoryOptions.UsuallyPerClass(25);

        /// <summary>Whether the memory is divided among all classes of the stream's tasks from the start, as in the paper, and not among those seen so far; without meaning where each class has its own number.</summary>
        [Description("divide the memory among all classes from the start (the paper); false shares it among those seen so far")]
        public bool FixedShares { get; init; }

        /// <summary>Whether each class keeps a random choice of its samples or its last ones.</summary>
        [Description("keep a random choice of each class; false keeps its last samples")]
        public bool Random { get; init; }

        /// <summary>Old samples that each step looks back at, drawn without replacement; all of them where there are fewer.</summary>
        [Description("old samples that each step looks back at"), Range(1, 1_000_000)]
        public int Reference { get; init; } = 256;
    }

    private EpisodicMemory Memory => memory ??= EpisodicMemory.ByClass(Model, options.Memory, options.FixedShares, options.Random);

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task) => Memory.Expect(task);

    /// <inheritdoc/>
    public override Batch Prepare(Batch batch)
    {
        Memory.Add(batch);
        return batch;
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        Tensor gradient = step.Gradient;
        if (Memory.DrawOld(options.Reference) is not { } batch) return;
        if (reference?.numel() != gradient.numel())
        {
            reference?.Dispose();
            reference = empty_like(gradient).DetachFromDisposeScope();
        }
        Model.Network.Backward(Loss(batch, Model.Network.Forward(batch.Inputs)).Gradient, reference!);
        Project(gradient, reference!);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state) => Memory.Visit(state.Part("memory"));

    /// <inheritdoc/>
    public override long StoredBytes => Memory.StoredBytes;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => 1;

    /// <inheritdoc/>
    public override long StoredSamples => Memory.StoredSamples;

    /// <summary>Takes out of a gradient what opposes the reference.</summary>
    internal static void Project(Tensor gradient, Tensor reference)
    {
        double product = FlatProducts.Dot(gradient, reference);
        if (product < 0) FlatProducts.Add(-product / (FlatProducts.Dot(reference, reference) + 1e-7), reference, gradient);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        reference?.Dispose();
        memory?.Dispose();
        base.Dispose(disposing);
    }
}
