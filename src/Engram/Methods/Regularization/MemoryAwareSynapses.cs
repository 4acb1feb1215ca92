using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>What becomes of the old tasks' importance when a task ends.</summary>
public enum ImportanceUpdate
{
    /// <summary>The new one is added to it: the paper.</summary>
    Accumulate,

    /// <summary>alpha x the old one + (1 - alpha) x the new one.</summary>
    Mix,

    /// <summary>It is measured anew with the inputs of all tasks so far, which must then be kept; their labels need not.</summary>
    Renew,
}

/// <summary>
/// Memory aware synapses: a parameter that the outputs are sensitive to is held; no labels are needed to know which
/// (Aljundi et al. 2018, arXiv 1711.09601, Eq. 4): L = L_t + lambda sum_i Omega_i (theta_i - theta*_i)^2, Omega as in
/// <see cref="OutputSensitivity"/>, theta* the parameters at the end of the last task.
/// </summary>
/// <param name="options">Settings.</param>
/// <param name="inputs">The inputs that tell the importance after a task, unlabelled ones or those met in use; null for the task's training inputs.</param>
[Method("mas", Name = "Memory aware synapses (MAS)", Family = "regularization", LearnsAnyAnswers = true, Summary = "pulls parameters back as far as the outputs are sensitive to them; needs no labels for it", Paper = "Aljundi et al. 2018, arXiv 1711.09601")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class MemoryAwareSynapses(MemoryAwareSynapses.Options options, Func<LearningTask, Samples>? inputs) : LearningMethod
{
    private readonly QuadraticPenalty penalty = new();

    /// <summary>Measures importance with the training inputs of each task.</summary>
    public MemoryAwareSynapses(Options options) : this(options, null) { }

    /// <summary>Settings.</summary>
    public sealed record Options : ISettingsRules
    {
        /// <summary>
        /// Strength of the penalty, as in the paper without a factor 1/2. The best of 0.001 to 1 on permuted MNIST and digits with
        /// 784-400-400-10; the paper's 1 suits networks with separate outputs for each task. Importance grows with the square of the logits.
        /// </summary>
        [Description("strength lambda, as in the paper without a factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 0.01;

        /// <summary>How the sensitivity of the outputs is measured.</summary>
        [Description("importance from each sample's gradient (exact), from a batch's mean gradient (batched), or from units active together (local)")]
        public SensitivityEstimator Estimator { get; init; } = SensitivityEstimator.Exact;

        /// <summary>Samples per task that importance is measured with; 0 takes all.</summary>
        [Description("samples per task for the importance; 0 = all"), Range(0, int.MaxValue)]
        public int Samples { get; init; } = 1000;

        /// <summary>Whether the squared norm of the outputs is divided by how many of them compete, as the code of Hsu et al. (2018, arXiv 1810.12488) does.</summary>
        [Description("take the mean over the outputs that compete in place of their sum")]
        public bool AverageOutputs { get; init; }

        /// <summary>What becomes of the old tasks' importance.</summary>
        [Description("old tasks' importance: accumulate, mix, or renew with the kept inputs of all tasks so far")]
        public ImportanceUpdate Update { get; init; } = ImportanceUpdate.Accumulate;

        /// <summary>Share of the old importance in a mix.</summary>
        [Description("share of the old importance where update is mix"), Range(0.0, 1.0)]
        public double Alpha { get; init; } = 0.5;

        /// <inheritdoc/>
        public IEnumerable<string> Problems(string path)
        {
            if (AverageOutputs && Estimator == SensitivityEstimator.Local) yield return $"{path}.averageOutputs has no meaning where {path}.estimator is local, which looks at units and not at the outputs' norm; leave it out.";
        }
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step) => penalty.AddGradient(2 * options.Lambda, Model.Network.Parameters, step);

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        Tensor importance = options.Update == ImportanceUpdate.Renew
            ? OutputSensitivity.Estimate(Model, new UnionSamples(Model.Tasks.Take(task.Number).Select(InputsOf)), options.Estimator, options.Samples * task.Number, options.AverageOutputs)
            : OutputSensitivity.Estimate(Model, InputsOf(task), options.Estimator, options.Samples, options.AverageOutputs);
        if (penalty.Importance is { } old && options.Update == ImportanceUpdate.Accumulate) importance.Add(old);
        if (penalty.Importance is { } mixed && options.Update == ImportanceUpdate.Mix) importance.Scale(1 - options.Alpha).Add(mixed, options.Alpha);
        penalty.Replace(importance, Model.Network.Parameters);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state) => penalty.Visit(state, Model.Network.Parameters);

    /// <inheritdoc/>
    /// <remarks>Kept inputs count as memories count theirs, float32 numbers, without labels.</remarks>
    public override long StoredBytes => penalty.StoredBytes + StoredSamples * Model.Network.InputShape.Aggregate((long)sizeof(float), (product, size) => product * size);

    /// <inheritdoc/>
    public override long StoredSamples => options.Update == ImportanceUpdate.Renew ? Model.Tasks.Take(Model.TasksSeen).Sum(task => (long)InputsOf(task).Count) : 0;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => QuadraticPenalty.Vectors;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        penalty.Dispose();
        base.Dispose(disposing);
    }

    private Samples InputsOf(LearningTask task) => inputs?.Invoke(task) ?? task.Train;
}
