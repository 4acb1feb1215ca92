using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// Online EWC: one anchor, at the last task's parameters, and one decaying sum of Fisher information
/// (Schwarz et al. 2018, arXiv 1805.06370, section 3.2): penalty lambda/2 sum_i gamma F~_i (theta_i - theta*_{t-1},i)^2, F~ &lt;- gamma F~ + F_t.
/// It does not count the curvature of early tasks again and again as the sum over anchors does.
/// </summary>
[Method("online-ewc", Name = "Online elastic weight consolidation", Family = "regularization", LearnsAnyAnswers = true, Summary = "EWC with one anchor and one decaying importance for all old tasks", Paper = "Schwarz et al. 2018, arXiv 1805.06370")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class OnlineElasticWeightConsolidation(OnlineElasticWeightConsolidation.Options options) : LearningMethod
{
    private readonly QuadraticPenalty penalty = new();

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Strength of the penalty, with the factor 1/2. The default is EWC's; it was not searched for separately.</summary>
        [Description("strength lambda, with the factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 50;

        /// <summary>How much of the old importance is kept at each task.</summary>
        [Description("share of the old importance that each new task keeps"), Range(0.0, 1.0)]
        public double Gamma { get; init; } = 1;

        /// <summary>Which labels the Fisher information is taken for.</summary>
        [Description("labels of the Fisher information: exact, sample, predicted, empirical or batched-empirical")]
        public FisherEstimator Estimator { get; init; } = FisherEstimator.Exact;

        /// <summary>Samples per task that the Fisher information is estimated from; 0 takes all.</summary>
        [Description("samples per task for the Fisher information; 0 = all"), Range(0, int.MaxValue)]
        public int Samples { get; init; } = 1000;
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step) => penalty.AddGradient(options.Lambda * options.Gamma, Model.Network.Parameters, step);

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        Tensor fisher = FisherInformation.Estimate(Model, task, options.Estimator, options.Samples);
        if (penalty.Importance is { } old) fisher.Add(old, options.Gamma);
        penalty.Replace(fisher, Model.Network.Parameters);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state) => penalty.Visit(state, Model.Network.Parameters);

    /// <inheritdoc/>
    public override long StoredBytes => penalty.StoredBytes;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => QuadraticPenalty.Vectors;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        penalty.Dispose();
        base.Dispose(disposing);
    }
}
