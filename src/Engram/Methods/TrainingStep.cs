using Engram.Products;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>One step of training as the hooks after the backward pass see it; what it shows is valid during the call only.</summary>
public readonly struct TrainingStep
{
    private readonly Tensor? logits, own, gradient;
    private readonly PendingPass? pending;

    /// <summary>A step of a method that learns by gradient.</summary>
    /// <param name="batch">The batch as it was read.</param>
    /// <param name="logits">The network's outputs for it.</param>
    /// <param name="gradient">The task's own gradient, which the step's hooks may change, [P].</param>
    public TrainingStep(Batch batch, Tensor logits, Tensor gradient) : this(batch, logits, gradient, gradient, null) { }

    /// <summary>The same, for an optimizer that takes over what waits.</summary>
    internal TrainingStep(Batch batch, Tensor logits, Tensor gradient, PendingPass pending) : this(batch, logits, gradient, gradient, pending) { }

    /// <summary>A step of a method that learns without gradient (<see cref="LearningMethod.LearnsByGradient"/>).</summary>
    /// <param name="batch">The batch as it was read.</param>
    public TrainingStep(Batch batch) : this(batch, null, null, null, null) { }

    private TrainingStep(Batch batch, Tensor? logits, Tensor? own, Tensor? gradient, PendingPass? pending) =>
        (Batch, this.logits, this.own, this.gradient, this.pending) = (batch, logits, own, gradient, pending);

    /// <summary>The batch as it was read, before <see cref="LearningMethod.Prepare"/>.</summary>
    public Batch Batch { get; }

    /// <summary>The gradient that the optimizer follows: the task's own with what methods before this one made of it; changed in place, [P].</summary>
    public Tensor Gradient
    {
        get
        {
            pending?.Finish();
            return gradient ?? throw new InvalidOperationException("A step without gradient has none.");
        }
    }

    /// <summary>
    /// The network's outputs for what <see cref="LearningMethod.Prepare"/> returned; the first rows are those of the batch, [batch..., outputs].
    /// In <see cref="LearningMethod.EditGradient"/> only, as <see cref="OwnGradient"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">They are no longer there.</exception>
    public Tensor Logits => logits ?? throw Gone("outputs");

    /// <summary>
    /// The task's own gradient, that of <see cref="LearningMethod.Loss"/> with respect to all parameters, [P]. It may be <see cref="Gradient"/>
    /// itself, so read it before that is changed.
    /// </summary>
    /// <exception cref="InvalidOperationException">Other methods have changed it.</exception>
    public Tensor OwnGradient => own ?? throw Gone("own gradient");

    /// <summary>The same step for a method that is among those that see it as it was.</summary>
    /// <param name="own">A copy of the task's own gradient.</param>
    internal TrainingStep With(Tensor own) => new(Batch, logits, own, gradient, pending);

    /// <summary>The same step for those that come after others, which may have changed the gradient and asked the network again.</summary>
    internal TrainingStep Later() => new(Batch, null, null, gradient, pending);

    /// <summary>Where <see cref="Gradient"/> is, for passes of <see cref="Change"/>; earlier ones may not be done yet.</summary>
    internal Tensor GradientToChange => gradient!;

    /// <summary>Changes the gradient by a pass, which may wait for the optimizer's; for contiguous vectors in main memory.</summary>
    /// <param name="pass">Changes the numbers of <see cref="GradientToChange"/>.</param>
    internal void Change<TPass>(TPass pass)
        where TPass : unmanaged, IVectorPass
    {
        if (pending is null) VectorPass.Run(pass, (nint)gradient!.numel());
        else pending.Set(pass, (nint)gradient!.numel());
    }

    private static InvalidOperationException Gone(string what) =>
        new($"The step's {what} can be seen in EditGradient only, before any method has changed something; declare [Method(Gradient = GradientStage.Path)].");
}
