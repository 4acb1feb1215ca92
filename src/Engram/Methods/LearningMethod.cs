using System.Reflection;
using Engram.Answering;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>
/// A way to learn task after task. Every hook does nothing by default, so a method overrides what its paper adds and nothing else;
/// plain fine-tuning overrides nothing. The trainer calls the hooks in the order in which they stand here.
/// </summary>
/// <remarks>
/// Hooks run inside a scope that frees every tensor they make; a tensor that a method keeps must be detached from it
/// (<c>DetachFromDisposeScope</c>), declared in <see cref="Visit"/> and freed in <see cref="Dispose(bool)"/>.
/// Tensors handed to a hook are valid during the call only.
/// </remarks>
public abstract class LearningMethod : IDisposable
{
    private Model? model;

    /// <summary>The network that learns and what is known about the run.</summary>
    /// <exception cref="InvalidOperationException">The method is not part of a run yet.</exception>
    protected Model Model => model ?? throw new InvalidOperationException($"{GetType().Name} is not part of a run yet.");

    /// <summary>Makes the method part of a run; called once, before any hook.</summary>
    /// <exception cref="EngramException">The run's answers are none that the method can learn.</exception>
    public virtual void Join(Model run)
    {
        if (model is not null) throw new InvalidOperationException($"{GetType().Name} is already part of a run; make a new one for each run.");
        GetType().GetCustomAttribute<MethodAttribute>()?.RequireAnswers(run.Answers); // one that is in no catalog knows itself what it can
        model = run;
    }

    /// <summary>Before the first step of a task; may replace the network (<see cref="Model.Replace"/>).</summary>
    public virtual void BeginTask(LearningTask task) { }

    /// <summary>What the task is learned from.</summary>
    public virtual Samples TrainingData(LearningTask task) => task.Train;

    /// <summary>Before the forward pass: may add samples behind those of the batch.</summary>
    public virtual Batch Prepare(Batch batch) => batch;

    /// <summary>The loss of a batch and its gradient with respect to the logits.</summary>
    /// <param name="batch">What <see cref="Prepare"/> returned.</param>
    /// <param name="logits">The network's outputs for it, [batch, outputs].</param>
    public virtual Objective Loss(Batch batch, Tensor logits) => Model.Answers.Loss(logits, batch.Targets, Model.Mask(batch), Model.RowWeights(batch.Targets));

    /// <summary>After the backward pass, before the optimizer's step: may change the gradient in place. When it is a method's turn says <see cref="MethodAttribute.Gradient"/>.</summary>
    public virtual void EditGradient(TrainingStep step) { }

    /// <summary>After the optimizer's step, or in its place where the method learns without gradient (<see cref="LearnsByGradient"/>).</summary>
    /// <param name="step">Its gradient is what <see cref="EditGradient"/> left, shortened where training limits its norm.</param>
    public virtual void AfterStep(TrainingStep step) { }

    /// <summary>After the last step of a task: measure importance, keep samples, freeze, grow.</summary>
    public virtual void EndTask(LearningTask task) { }

    /// <summary>Scores of samples at test time, [batch, outputs]; the largest wins, and outputs that do not compete score minus infinity.</summary>
    public virtual Tensor Predict(Inputs inputs)
    {
        Tensor logits = Model.Network.Predict(inputs.Values);
        return Model.Mask(inputs) is { } mask ? logits.Plus(mask) : logits;
    }

    /// <summary>What writes the answer of <see cref="Predict"/> down as operations of a graph; null where nothing does.</summary>
    internal virtual IDescribesAnswers? Describer => this as IDescribesAnswers;

    /// <summary>
    /// Declares everything that must survive a stop besides the network and the optimizer. What is kept for each parameter is declared as such
    /// (<see cref="StateBag.PerParameter"/>), so that it follows when the network grows.
    /// </summary>
    public virtual void Visit(StateBag state) { }

    /// <summary>
    /// Whether the task that is learned is learned along gradients. Where not, every sample is read once, in batches, and handed to
    /// <see cref="AfterStep"/>; there is no forward and no backward pass, and the optimizer rests. Asked for when a task's training begins.
    /// </summary>
    public virtual bool LearnsByGradient => true;

    /// <summary>Parameters in use, those of all networks the method needs for prediction.</summary>
    public virtual long ParameterCount => Model.Network.Layout.Count;

    /// <summary>Bytes kept between tasks besides the parameters in use: importances, anchors, samples, generators.</summary>
    public virtual long StoredBytes => 0;

    /// <summary>Vectors as long as the network's parameters that the method holds at the least while it learns its last task: importances, anchors, gradients, an old network. Asked for before the run begins.</summary>
    /// <param name="tasks">How many tasks there are.</param>
    public virtual int VectorsKept(int tasks) => 0;

    /// <summary>How many training samples are among them, with or without their labels; importances, networks and generators are none.</summary>
    public virtual long StoredSamples => 0;

    /// <summary>Frees what the method keeps.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the method keeps; an override frees its own tensors.</summary>
    protected virtual void Dispose(bool disposing) { }
}
