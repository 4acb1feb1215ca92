using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019, arXiv 1711.05101, algorithm 2) as PyTorch's: p = p - rate decay p, and
/// then Adam's step, whose moments know nothing of the decay. The rate is that of the schedule, so that the pull falls with it.
/// </summary>
[Optimizer("adamw", Name = "AdamW", Family = "a step size for each parameter", Summary = "Adam whose weight decay pulls the parameters themselves, not by way of the gradient", Paper = "Loshchilov and Hutter 2019, arXiv 1711.05101")]
public sealed class AdamW(AdamW.Options options) : Optimizer(options)
{
    private readonly Adam adam = new(options) { LearningRate = 0 };

    /// <summary>Settings: those of Adam.</summary>
    public sealed record Options : Adam.Options
    {
        /// <inheritdoc/>
        public override Optimizer Create(double learningRate, double weightDecay) => new AdamW(this) { LearningRate = learningRate, WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public override int VectorsKept => adam.VectorsKept;

    /// <inheritdoc/>
    public override void Decay(Network network, double decay, Tensor gradient) => network.AddWeightDecay(-LearningRate * decay, network.Parameters);

    /// <inheritdoc/>
    public override void Reset() => adam.Reset();

    /// <inheritdoc/>
    public override void Visit(StateBag state, Tensor parameters) => adam.Visit(state, parameters);

    /// <inheritdoc/>
    protected internal override void StepInOnePass(Tensor parameters, Tensor gradient) => Shrunk(parameters).StepInOnePass(parameters, gradient);

    /// <inheritdoc/>
    protected internal override void StepWithTensors(Tensor parameters, Tensor gradient) => Shrunk(parameters).StepWithTensors(parameters, gradient);

    // Decays the parameters; returns what takes the rest of the step.
    private Adam Shrunk(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        if (WeightDecay > 0) parameters.Scale((float)(1 - LearningRate * WeightDecay));
        adam.LearningRate = LearningRate;
        return adam;
    }
}
