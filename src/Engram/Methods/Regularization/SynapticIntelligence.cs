using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>Where negative contributions are cut off: steps that raised the loss must not become negative importance.</summary>
public enum PathClamp
{
    /// <summary>The importance summed over tasks is cut at 0: the authors' code.</summary>
    Importance,

    /// <summary>Each task's path integral is cut at 0 before it is added: the paper's words.</summary>
    Path,

    /// <summary>Nothing is cut (Hsu et al. 2018, van de Ven and Tolias 2019).</summary>
    None,
}

/// <summary>
/// Synaptic intelligence: a parameter that made the loss of old tasks fall, measured along the path of learning, is held
/// (Zenke et al. 2017, arXiv 1703.04200, Eq. 4 and 5): L = L_t + c sum_i Omega_i (theta_i - theta~_i)^2,
/// Omega_i = sum over old tasks of w_i / (Delta_i^2 + xi). Delta is how far the parameter moved in the task, w what it contributed
/// (<see cref="PathIntegral"/>), theta~ its value at the task's end.
/// </summary>
[Method("si", Name = "Synaptic intelligence (SI)", Family = "regularization", LearnsAnyAnswers = true, LearnsFromBatches = true, Gradient = GradientStage.Path, Summary = "pulls parameters back as far as they made the loss of old tasks fall while learning", Paper = "Zenke et al. 2017, arXiv 1703.04200")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class SynapticIntelligence : LearningMethod
{
    private readonly Options options;
    private readonly QuadraticPenalty penalty = new();
    private readonly PathIntegral path;

    /// <summary>Makes the method.</summary>
    public SynapticIntelligence(Options options) => (this.options, path) = (options, new(penalty));

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Strength: c of the paper, no factor 1/2. The best of 0.1 to 10 on permuted MNIST and digits with 784-400-400-10 and one epoch; the
        /// paper takes 0.1 for permuted MNIST with twenty epochs and 1 for split MNIST with its own damping.
        /// </summary>
        [Description("strength: c of the paper, without a factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 3;

        /// <summary>xi: keeps the importance of a parameter that hardly moved finite.</summary>
        [Description("damping xi, added to the squared distance a parameter moved"), Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
        public double Damping { get; init; } = 0.1;

        /// <summary>Where negative contributions are cut off.</summary>
        [Description("where negative contributions are cut off: the summed importance (the authors' code), each task's path integral, or none (Hsu, van de Ven)")]
        public PathClamp Clamp { get; init; } = PathClamp.Importance;

        /// <summary>Whether the path integral takes the gradient with this penalty's pull in it, in place of that of the task's loss (van de Ven).</summary>
        [Description("integrate the gradient with the penalty in it (van de Ven), not that of the task's loss alone")]
        public bool TotalGradient { get; init; }
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        // The centre is also where the task began: before the first task it holds nothing, since its importance is 0.
        if (penalty.Importance is null) penalty.Replace(zeros_like(Model.Network.Parameters), Model.Network.Parameters);
        path.Restart(Model.Network.Parameters);
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        Tensor parameters = Model.Network.Parameters, integrated = step.OwnGradient;
        if (options.TotalGradient)
        {
            integrated = integrated.clone();
            penalty.AddGradient(2 * options.Lambda, parameters, integrated);
        }
        path.BeginStep(parameters, integrated, 2 * options.Lambda, step);
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        Tensor parameters = Model.Network.Parameters;
        path.Settle(parameters);
        Tensor contribution = options.Clamp == PathClamp.Path ? path.Sum!.AtLeast(0) : path.Sum!;
        Tensor importance = penalty.Importance!.Plus(contribution / (parameters - penalty.Centre!).Squared().Add(options.Damping));
        penalty.Replace(options.Clamp == PathClamp.Importance ? importance.AtLeast(0) : importance, parameters);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        path.Visit(state, Model.Network.Parameters);
        penalty.Visit(state, Model.Network.Parameters);
        state.Require(path.Sum is null == penalty.Importance is null, "path", "it where the penalty has an anchor");
        state.Require(penalty.Importance is null == (Model.TasksSeen == 0), "importance", "it as soon as a task has begun");
    }

    /// <inheritdoc/>
    public override long StoredBytes => penalty.StoredBytes;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => QuadraticPenalty.Vectors + PathIntegral.Vectors;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        penalty.Dispose();
        path.Dispose();
        base.Dispose(disposing);
    }
}
