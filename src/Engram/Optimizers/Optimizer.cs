using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>
/// Moves the flat parameter vector along its gradient. In main memory a step is one pass over all vectors at once; on other devices
/// it is the same formula in tensor operations.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private PendingPass? pending;

    /// <summary>Refuses settings out of their ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is; the message says which, and its range.</exception>
    protected Optimizer(IEntryOptions options) => SettingsShape.RequireInRange(options);

    /// <summary>Step size, finite and at least 0; may be changed between steps.</summary>
    public required double LearningRate { get; set => field = AtLeastZero(value, nameof(LearningRate)); }

    /// <summary>Pull of every parameter to zero, finite and at least 0: this times the parameter is added to the gradient, where an optimizer says nothing else.</summary>
    public double WeightDecay { get; init => field = AtLeastZero(value, nameof(WeightDecay)); }

    /// <summary>Vectors as long as the parameters that it keeps between steps.</summary>
    public abstract int VectorsKept { get; }

    /// <summary>Changes the parameters by one step.</summary>
    /// <param name="parameters">[P], float32; changed.</param>
    /// <param name="gradient">[P], float32; not changed.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the length changed without <see cref="Reset"/>.</exception>
    public void Step(Tensor parameters, Tensor gradient)
    {
        if (gradient.numel() != parameters.numel())
            throw new ArgumentException($"The gradient has {gradient.numel()} numbers but there are {parameters.numel()} parameters.", nameof(gradient));
        if (FlatVector.IsDirect(parameters) && FlatVector.IsDirect(gradient)) StepInOnePass(parameters, gradient);
        else StepWithTensors(parameters, gradient);
    }

    /// <summary>The same step after what waits for it, together with it where that is possible.</summary>
    internal void Step(Tensor parameters, Tensor gradient, PendingPass waiting)
    {
        if (!RunsWithOthers) waiting.Finish();
        pending = waiting;
        Step(parameters, gradient);
        pending = null;
    }

    /// <summary>The weight decay of the next step for a network that spares some parameters, which the optimizer knows nothing of; its own <see cref="WeightDecay"/> is 0 then.</summary>
    /// <param name="network">Says which parameters are pulled.</param>
    /// <param name="decay">How strongly.</param>
    /// <param name="gradient">That of the next step, [P]; may be changed, as may the parameters.</param>
    public virtual void Decay(Network network, double decay, Tensor gradient) => network.AddWeightDecay(decay, gradient);

    /// <summary>Forgets all moments and counts, as for a new network.</summary>
    public abstract void Reset();

    /// <summary>
    /// Declares moments (<see cref="StateBag.PerParameter"/>) and counts, so that a stopped run goes on exactly, and so that with a grown network
    /// moments become those that the copies' own gradients would have left.
    /// </summary>
    /// <param name="state">Collects, restores or follows a growth.</param>
    /// <param name="parameters">What the optimizer moves, [P].</param>
    public abstract void Visit(StateBag state, Tensor parameters);

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        Reset();
        GC.SuppressFinalize(this);
    }

    /// <summary>The step for contiguous float32 vectors in main memory.</summary>
    protected internal abstract void StepInOnePass(Tensor parameters, Tensor gradient);

    /// <summary>The same step in tensor operations, for any device.</summary>
    protected internal abstract void StepWithTensors(Tensor parameters, Tensor gradient);

    /// <summary>A moment as long as the parameters and on their device: zero when first asked for.</summary>
    protected static Tensor Moment(ref Tensor? moment, Tensor parameters)
    {
        if (moment is null) return moment = zeros_like(parameters).DetachFromDisposeScope();
        if (moment.numel() != parameters.numel())
            throw new ArgumentException($"The optimizer holds moments of {moment.numel()} parameters but now there are {parameters.numel()}; call Reset first.", nameof(parameters));
        if (moment.device_type == parameters.device_type) return moment;
        Tensor elsewhere = moment; // restored from a checkpoint
        moment = elsewhere.to(parameters.device).DetachFromDisposeScope();
        elsewhere.Dispose();
        return moment;
    }

    /// <summary>The gradient with weight decay, a new tensor, or the gradient itself where there is none.</summary>
    protected Tensor Decayed(Tensor parameters, Tensor gradient) => WeightDecay == 0 ? gradient : gradient.Plus(parameters, (float)WeightDecay);

    /// <summary>Whether the step is one <see cref="Run"/> that reads the parameters first, so that what waits can be done with it.</summary>
    private protected virtual bool RunsWithOthers => false;

    /// <summary>Does a step's pass over all parameters, after what waits for it.</summary>
    private protected void Run<TPass>(TPass pass, Tensor parameters)
        where TPass : unmanaged, IVectorPass
    {
        if (pending is null) VectorPass.Run(pass, (nint)parameters.numel());
        else pending.RunBefore(pass, (nint)parameters.numel());
    }

    private static double AtLeastZero(double value, string name) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Must be a finite number of at least 0.");
}
