using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// Riemannian walk: EWC's Fisher information, kept as a moving average while learning, and SI's path integral, measured in the distance
/// the Fisher information defines (Chaudhry et al. 2018, arXiv 1801.10112, Eq. 6 to 8):
/// L = L_t + lambda sum_i (F_i + s_i) (theta_i - theta*_i)^2, both F and s scaled to 0..1 over the whole network.
/// After every few steps s_i += max(0, w_i / (F_i Delta_i^2 / 2 + epsilon)), with w the path integral and Delta the way over those steps;
/// from the second task on, s is the mean of the old tasks' score and the new one's.
/// </summary>
/// <remarks>
/// Differs from the paper: the moving average takes the mean of the squared batch gradients of those few steps, and begins with the first such mean instead
/// of a given one. The last steps of a task count even when they are fewer. The code published with A-GEM (arXiv 1812.00420) takes such means too, but begins at zero,
/// leaves out the 1/2 before F Delta^2 and the steps at a task's end that fill no window, and from the second task on adds half the sum of both scores
/// to the old one, so that the old counts three times as much as the new; here it is the paper's mean.
/// </remarks>
[Method("rwalk", Name = "Riemannian walk (RWalk)", Family = "regularization", LearnsAnyAnswers = true, LearnsFromBatches = true, Gradient = GradientStage.Path, Summary = "EWC's and SI's importance together, both measured while learning", Paper = "Chaudhry et al. 2018, arXiv 1801.10112")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class RiemannianWalk : LearningMethod
{
    private readonly Options options;
    private readonly QuadraticPenalty penalty = new();
    private readonly PathIntegral path;
    private Tensor? fisher, squares, score, taskScore, windowStart;
    private long steps;

    /// <summary>Makes the method.</summary>
    public RiemannianWalk(Options options) => (this.options, path) = (options, new(penalty));

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Strength of the penalty, as in the paper without a factor 1/2.</summary>
        [Description("strength lambda, as in the paper without a factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 1;

        /// <summary>Share of the latest squared gradients in the moving average of the Fisher information.</summary>
        [Description("share of the latest squared gradients in the Fisher information's moving average"), Range(0.0, 1.0)]
        public double Decay { get; init; } = 0.9;

        /// <summary>Steps between two updates of score and Fisher information.</summary>
        [Description("steps between two updates of score and Fisher information"), Range(1, int.MaxValue)]
        public int Every { get; init; } = 10;

        /// <summary>epsilon: keeps the score of a parameter that hardly moved finite.</summary>
        [Description("damping epsilon, added to the distance a parameter moved"), Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
        public double Damping { get; init; } = 1e-3;
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        Tensor parameters = Model.Network.Parameters;
        if (penalty.Importance is null) penalty.Replace(zeros_like(parameters), parameters);
        squares ??= zeros_like(parameters).DetachFromDisposeScope();
        taskScore ??= zeros_like(parameters).DetachFromDisposeScope();
        windowStart ??= parameters.clone().DetachFromDisposeScope();
        taskScore.zero_();
        BeginWindow();
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        squares!.AddProduct(step.OwnGradient, step.OwnGradient);
        path.BeginStep(Model.Network.Parameters, step.OwnGradient, 2 * options.Lambda, step);
    }

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        if (++steps == options.Every) EndWindow();
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        if (steps > 0) EndWindow();
        if (score is null) score = taskScore!.clone().DetachFromDisposeScope();
        else score.Add(taskScore!).Divide(2);
        penalty.Replace(Scaled(fisher!).Plus(Scaled(score)), Model.Network.Parameters);
    }

    /// <inheritdoc/>
    /// <remarks>In a grown network the Fisher information goes on being measured, so it follows as squared gradients do; the scores follow as importances.</remarks>
    public override void Visit(StateBag state)
    {
        Tensor parameters = Model.Network.Parameters;
        path.Visit(state, parameters);
        penalty.Visit(state, parameters);
        state.PerParameter("fisher", ref fisher, parameters, ParameterRole.SquaredGradients);
        state.PerParameter("squares", ref squares, parameters, ParameterRole.SquaredGradients);
        state.PerParameter("score", ref score, parameters, ParameterRole.Importances);
        state.PerParameter("taskScore", ref taskScore, parameters, ParameterRole.Importances);
        state.PerParameter("windowStart", ref windowStart, parameters, ParameterRole.Weights);
        state.Value("steps", ref steps, most: options.Every - 1);
        bool hasBegun = Model.TasksSeen > 0;
        state.Require(new[] { path.Sum, penalty.Importance, squares, taskScore, windowStart }.All(tensor => tensor is not null == hasBegun), "squares", "all vectors as soon as a task has begun");
    }

    /// <inheritdoc/>
    public override long StoredBytes => penalty.StoredBytes + ((fisher?.numel() ?? 0) + (score?.numel() ?? 0)) * sizeof(float);

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => QuadraticPenalty.Vectors + PathIntegral.Vectors + 5;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        penalty.Dispose();
        path.Dispose();
        foreach (Tensor? tensor in (Tensor?[])[fisher, squares, score, taskScore, windowStart]) tensor?.Dispose();
        base.Dispose(disposing);
    }

    private void BeginWindow()
    {
        path.Restart(Model.Network.Parameters);
        squares!.zero_();
        windowStart!.copy_(Model.Network.Parameters);
        steps = 0;
    }

    private void EndWindow()
    {
        path.Settle(Model.Network.Parameters);
        squares!.Divide(steps);
        fisher ??= squares!.clone().DetachFromDisposeScope();
        Tensor distance = (Model.Network.Parameters - windowStart!).Squared().mul_(fisher).Divide(2);
        taskScore!.Add((path.Sum! / distance.Add(options.Damping)).Raise(0));
        fisher.Scale(1 - options.Decay).Add(squares!, options.Decay);
        BeginWindow();
    }

    private static Tensor Scaled(Tensor values)
    {
        Tensor low = values.min(), range = values.max() - low;
        return (values - low) / range.Raise(1e-30f);
    }
}
