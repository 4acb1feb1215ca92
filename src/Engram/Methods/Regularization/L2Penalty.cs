using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// Pulls every parameter equally to its value at the end of the last task: lambda/2 sum_i (theta_i - theta*_{t-1},i)^2.
/// EWC's control experiment (Kirkpatrick et al. 2017, arXiv 1612.00796, figure 2A): it keeps the first task and cannot learn the next.
/// </summary>
[Method("l2", Family = "regularization", LearnsAnyAnswers = true, LearnsFromBatches = true, Summary = "pulls all parameters equally to their last values: EWC without the Fisher information", Paper = "Kirkpatrick et al. 2017, arXiv 1612.00796 (control)")]
[NoHelp(QuadraticPenalty.NoHelp, Scenario.Class)]
public sealed class L2Penalty(L2Penalty.Options options) : LearningMethod
{
    private readonly QuadraticPenalty penalty = new();

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Strength of the penalty, with the factor 1/2.</summary>
        [Description("strength lambda, with the factor 1/2"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step) => penalty.AddGradient(options.Lambda, Model.Network.Parameters, step);

    /// <inheritdoc/>
    public override void EndTask(LearningTask task) => penalty.Replace(ones_like(Model.Network.Parameters), Model.Network.Parameters);

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
