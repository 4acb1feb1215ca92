using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// Elastic weight consolidation: a parameter that the old tasks' answers are sensitive to is pulled back to its old value
/// (Kirkpatrick et al. 2017, arXiv 1612.00796, Eq. 3): L = L_t + lambda/2 sum_{k&lt;t} sum_i F_k,i (theta_i - theta*_k,i)^2.
/// </summary>
/// <remarks>Differs from the paper: the sum over old tasks is folded into one importance and one centre, which gives the same gradient
/// with two vectors instead of two per task.</remarks>
[Method("ewc", Name = "Elastic weight consolidation (EWC)", Family = "regularization", LearnsAnyAnswers = true, Summary = "pulls parameters back as far as the Fisher information says old tasks need them", Paper = "Kirkpatrick et al. 2017, arXiv 1612.00796")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class ElasticWeightConsolidation(ElasticWeightConsolidation.Options options) : LearningMethod
{
    private readonly QuadraticPenalty penalty = new();

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Strength of the penalty, with the factor 1/2 of the paper. The best of 20 to 5000 on permuted MNIST and digits with 784-400-400-10 and one seed; no strength is right everywhere.</summary>
        [Description("strength lambda, with the paper's factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 50;

        /// <summary>Which labels the Fisher information is taken for.</summary>
        [Description("labels of the Fisher information: exact, sample, predicted, empirical or batched-empirical")]
        public FisherEstimator Estimator { get; init; } = FisherEstimator.Exact;

        /// <summary>Samples per task that the Fisher information is estimated from; 0 takes all.</summary>
        [Description("samples per task for the Fisher information; 0 = all"), Range(0, int.MaxValue)]
        public int Samples { get; init; } = 1000;

        /// <summary>Samples whose mean gradient the estimator <c>batched-empirical</c> squares; 0 takes the training batch. GEM's EWC takes all of its memory.</summary>
        [Description("samples whose mean gradient batched-empirical squares; 0 = the training batch"), Range(0, int.MaxValue)]
        public int Averaged { get; init; }
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step) => penalty.AddGradient(options.Lambda, Model.Network.Parameters, step);

    /// <inheritdoc/>
    public override void EndTask(LearningTask task) =>
        penalty.Add(FisherInformation.Estimate(Model, task, options.Estimator, options.Samples, options.Averaged), Model.Network.Parameters);

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
