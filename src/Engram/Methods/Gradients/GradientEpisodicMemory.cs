using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Gradients;

/// <summary>
/// Gradient episodic memory: no step may raise the loss on the memory of any old task, to first order. Of all such directions the one
/// closest to the gradient is taken (Lopez-Paz and Ranzato 2017, arXiv 1706.08840, Eq. 8 to 11; see <see cref="ConeProjection"/>).
/// </summary>
/// <remarks>
/// Made for plain SGD: momentum and Adam step along something else than the projected gradient, and nothing is guaranteed for that.
/// A margin above 0 adds at least that much of every old gradient whenever one is opposed: a share of replay. Each step goes through the
/// memories of all old tasks, so that its cost grows with their number: (B + (t-1) m) / B times that of a plain step.
/// </remarks>
[Method("gem", Name = "Gradient episodic memory (GEM)", Family = "gradients", LearnsAnyAnswers = true, LearnsFromBatches = true, Owns = Hooks.TrainingData | Hooks.Prepare, Gradient = GradientStage.Projection, Summary = "projects each step so that it raises the loss on no old task's memory", Paper = "Lopez-Paz and Ranzato 2017, arXiv 1706.08840")]
public sealed class GradientEpisodicMemory(GradientEpisodicMemory.Options options) : LearningMethod
{
    private EpisodicMemory? memory;
    private OldTasks? oldTasks;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>What may be kept, shared equally among the tasks seen so far; the last samples of each task stay.</summary>
        [Description("what may be kept, shared equally among the tasks seen so far")]
        public MemoryOptions Memory { get; init; } = MemoryOptions.UsuallySamples(5120);

        /// <summary>Whether the memory is divided among all tasks of the stream from the start, as in the paper (m = M/T), and not among those seen so far.</summary>
        [Description("divide the memory among all tasks of the stream from the start (the paper); false shares it among those seen so far")]
        public bool FixedShares { get; init; }

        /// <summary>Least multiple of every old gradient that a projection adds.</summary>
        [Description("least multiple of every old gradient that a projection adds (gamma)"), Range(0.0, 1e6)]
        public double Margin { get; init; } = 0.5;

        /// <summary>Added to the diagonal of the old gradients' inner products.</summary>
        [Description("added to the diagonal of the old gradients' inner products"), Range(0.0, 1e6)]
        public double Ridge { get; init; } = 1e-3;

        /// <summary>
        /// Also trains on the memory, repeated to about as many samples as the task has. What Hsu et al. (2018, arXiv 1810.12488) call GEM does so.
        /// </summary>
        [Description("also train on the memory, repeated to about as many samples as the task has")]
        public bool Concatenate { get; init; }
    }

    private EpisodicMemory Memory => memory ??= EpisodicMemory.ByTask(Model, options.Memory, options.FixedShares);

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task) => Memory.Expect(task);

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task)
    {
        int[] slots = options.Concatenate ? [.. Enumerable.Range(0, task.Index).SelectMany(Memory.SlotsOf)] : [];
        if (slots.Length == 0) return task.Train;
        int times = Math.Max(1, task.Train.Count / slots.Length);
        return new UnionSamples([task.Train, .. Enumerable.Repeat(Memory.AsSamples(slots), times)]);
    }

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
        int old = Model.TasksSeen - 1;
        if (old == 0 || Memory.Count == 0) return;
        if (oldTasks?.Parameters != gradient.numel())
        {
            oldTasks?.Dispose();
            oldTasks = new(Memory, old, gradient);
        }
        for (int task = 0; task < old; task++) oldTasks.Differentiate(task, Model.Network, Loss);
        ConeProjection.Project(oldTasks.Rows, gradient, options.Margin, options.Ridge);
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        oldTasks?.Dispose();
        oldTasks = null;
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state) => Memory.Visit(state.Part("memory"));

    /// <inheritdoc/>
    public override long StoredBytes => Memory.StoredBytes;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => tasks - 1;

    /// <inheritdoc/>
    public override long StoredSamples => Memory.StoredSamples;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        oldTasks?.Dispose();
        memory?.Dispose();
        base.Dispose(disposing);
    }

    // Scratch for one task: the memories of the old tasks as batches, and their gradients as rows of one matrix [t, P].
    private sealed class OldTasks : IDisposable
    {
        private const int BatchSize = 1024;
        private readonly List<Batch>[] batches;
        private readonly Tensor[] rows;
        private readonly Tensor part;

        public OldTasks(EpisodicMemory memory, int count, Tensor gradient)
        {
            Parameters = gradient.numel();
            Rows = zeros(count, Parameters, device: gradient.device).DetachFromDisposeScope();
            part = empty_like(gradient).DetachFromDisposeScope();
            rows = [.. Enumerable.Range(0, count).Select(task => Rows[task].DetachFromDisposeScope())];
            batches = [.. Enumerable.Range(0, count).Select(task => memory.SlotsOf(task).Chunk(BatchSize).Select(slots => Copy(memory.Read(slots))).ToList())];
        }

        public long Parameters { get; }

        public Tensor Rows { get; }

        // Row of a task: gradient of the mean loss over its whole memory.
        public void Differentiate(int task, Network network, Func<Batch, Tensor, Objective> loss)
        {
            long samples = batches[task].Sum(batch => batch.Count);
            for (int i = 0; i < batches[task].Count; i++)
            {
                using var scope = NewDisposeScope();
                Batch batch = batches[task][i];
                Tensor outputGradient = loss(batch, network.Forward(batch.Inputs)).Gradient;
                if (batch.Count < samples) outputGradient = outputGradient.Times((double)batch.Count / samples);
                network.Backward(outputGradient, i == 0 ? rows[task] : part);
                if (i > 0) rows[task].Add(part);
            }
        }

        public void Dispose()
        {
            foreach (Batch batch in batches.SelectMany(ofTask => ofTask))
            {
                batch.Inputs.Dispose();
                batch.Targets.Dispose();
            }
            foreach (Tensor tensor in (Tensor[])[.. rows, Rows, part]) tensor.Dispose();
        }

        private static Batch Copy(Batch batch) =>
            new(batch.Inputs.clone().DetachFromDisposeScope(), batch.Targets.clone().DetachFromDisposeScope(), [.. batch.Tasks]);
    }
}
