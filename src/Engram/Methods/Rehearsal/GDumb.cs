using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Engram.Answering;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>
/// GDumb (Prabhu et al. 2020, ECCV, GDumb: a simple approach that questions our progress in continual learning): a memory that is kept balanced greedily
/// (<see cref="GreedyPolicy"/>), and a network that is trained from scratch on the memory alone. What a method gains by learning along the way
/// shows against it.
/// </summary>
/// <remarks>
/// Trained as in the authors' code: SGD with momentum 0.9, decay 1e-6 and gradients of norm 10 at most, a first epoch at a tenth of the step size, then cosines
/// from the largest to the smallest one over 1, 2, 4, 8, ... epochs (Loshchilov and Hutter 2017, arXiv 1608.03983). Each task is tested here, so it is trained
/// after each. Differs from the paper: 32 epochs by default, where its code has 128 for MNIST and 256 elsewhere; images are not mixed (CutMix), which the paper
/// does not do for MNIST either; in the task scenario the outputs of a sample's own task compete in training, too.
/// </remarks>
[Method("gdumb", Name = "GDumb", Family = "rehearsal", WeighsClasses = false, LearnsFromBatches = true,
    Alone = "it trains its network anew after each task, which undoes what another method did to it",
    Summary = "keeps a balanced memory and trains a network from scratch on it alone: a baseline", Paper = "Prabhu et al. 2020, ECCV")]
public sealed class GDumb(GDumb.Options options) : LearningMethod
{
    private const double Momentum = 0.9, WeightDecay = 1e-6, GreatestNorm = 10, Warm = 0.1;

    private GreedyPolicy? policy;
    private SampleMemory? memory;

    /// <summary>Settings.</summary>
    public sealed record Options : ISettingsRules
    {
        /// <summary>How much may be kept.</summary>
        public MemoryOptions Memory { get; init; } = new();

        /// <summary>Passes over the memory after each task.</summary>
        [Description("passes over the memory after each task"), Range(1, 100_000)]
        public int Epochs { get; init; } = 32;

        /// <summary>Samples per step.</summary>
        [Description("samples per step"), Range(1, 1_000_000)]
        public int Batch { get; init; } = 16;

        /// <summary>Largest step size.</summary>
        [Description("largest step size, with which each cosine begins"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double LearningRate { get; init; } = 0.05;

        /// <summary>Step size towards which each cosine falls.</summary>
        [Description("step size towards which each cosine falls"), Range(0.0, 1000.0)]
        public double LeastRate { get; init; } = 0.0005;

        /// <inheritdoc/>
        public IEnumerable<string> Problems(string path)
        {
            if (Memory.Samples == 0 || Memory.Bytes == 0 || Memory.PerClass == 0) yield return $"{path}.memory is 0, but the memory is all that is learned from; raise it.";
            if (LeastRate > LearningRate) yield return $"{path}.leastRate is {LeastRate}, but {path}.learningRate, from which it falls, is {LearningRate}; set it lower.";
        }

        /// <summary>Step size of an epoch.</summary>
        /// <param name="epoch">From 0.</param>
        public double RateOf(int epoch)
        {
            if (epoch == 0) return Warm * LearningRate;
            int period = 1 << BitOperations.Log2((uint)epoch); // epochs 1, 2 and 3, 4 to 7, ...
            return LeastRate + (LearningRate - LeastRate) / 2 * (1 + Math.Cos(Math.PI * (epoch - period) / period));
        }
    }

    /// <inheritdoc/>
    public override bool LearnsByGradient => false;

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task) => Prepare();

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        int[] labels = SampleMemory.GroupsOf(step.Batch, step.Batch.Count);
        for (int row = 0; row < labels.Length; row++)
        {
            int slot = policy!.Place(0, labels[row], Model.Seed.For("memory", step: policy.Seen));
            if (slot >= 0) memory!.Store(slot, step.Batch, row);
        }
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        Network network = Model.NewNetwork(task.Index);
        Model.Replace(network).Dispose();
        using Sgd sgd = new(new() { Momentum = Momentum }) { LearningRate = options.LearningRate, WeightDecay = WeightDecay };
        int[] slots = [.. policy!.Slots];
        int stepsPerEpoch = (slots.Length + options.Batch - 1) / options.Batch, step = 0;
        new InnerTraining(options.Epochs, options.Batch, epoch => Model.Seed.For("anew", task.Index, epoch)).Run(network, sgd, slots.Length, (chosen, gradient) =>
        {
            int epoch = step / stepsPerEpoch;
            sgd.LearningRate = options.RateOf(epoch);
            network.Moment = new(Model.Seed, task.Index, epoch, step++);
            Batch batch = memory!.Read([.. chosen.Select(one => slots[one])]);
            Tensor logits = network.Forward(batch.Inputs);
            network.Backward(Model.Answers.Loss(logits, batch.Targets, Model.Mask(batch)).Gradient, gradient);
            double norm = gradient.norm().item<float>();
            if (norm > GreatestNorm) gradient.Scale(GreatestNorm / norm);
        });
        network.Moment = null;
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        Prepare();
        memory!.Visit(state.Part("memory"), Model);
        policy!.Visit(state.Part("policy"), memory.Used);
    }

    /// <inheritdoc/>
    public override long StoredBytes => memory?.StoredBytes ?? 0;

    /// <inheritdoc/>
    public override long StoredSamples => memory?.Used ?? 0;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => 3; // the last network beside the new one, its gradient and its velocity

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        memory?.Dispose();
        base.Dispose(disposing);
    }

    private void Prepare()
    {
        if (memory is not null) return;
        long bytes = SampleMemory.BytesPerSample(Model.Network.InputShape);
        options.Memory.Require(bytes, Model.OutputsSeen(Model.Tasks.Count).Count, "class");
        policy = new(options.Memory.Capacity(bytes), options.Memory.PerClass);
        memory = new(Model.Network.InputShape, policy.Capacity, Model.Device);
    }
}
