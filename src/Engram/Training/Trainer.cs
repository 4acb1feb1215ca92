using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Products;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Training;

/// <summary>What has happened since the last report.</summary>
/// <param name="Epoch">Epoch within the task, from 1.</param>
/// <param name="StepOfTask">Steps of the task done.</param>
/// <param name="Loss">Mean loss since the last report; null where the method learns without gradient and so has none.</param>
public readonly record struct TrainingReport(int Epoch, long StepOfTask, double? Loss);

/// <summary>
/// The one training loop. It calls the hooks of the method in their order and never asks which method it holds; a method that replaces
/// the network gets a fresh optimizer, and one that lets it grow gets that, too, or an optimizer that follows.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly Model model;
    private readonly LearningMethod method;
    private readonly TrainingOptions options;
    private readonly Tensor lossSum;
    private Optimizer optimizer;
    private Network network;
    private Tensor gradient;
    private long stepOfTask;
    private bool goesOn;
    private ValidationWatch watch = new();

    /// <summary>Prepares training of the model's network.</summary>
    public Trainer(Model model, LearningMethod method, TrainingOptions options)
    {
        (this.model, this.method, this.options) = (model, method, options);
        lossSum = zeros(1, device: model.Device).DetachFromDisposeScope();
        network = model.Network;
        gradient = zeros_like(network.Parameters).DetachFromDisposeScope();
        optimizer = NewOptimizer();
    }

    /// <summary>Follows a model that was told of a task with classes that nobody knew of.</summary>
    internal void Meet()
    {
        using var scope = NewDisposeScope();
        FollowNetwork();
    }

    /// <summary>Begins a task: the method's own preparation, then a step count of 0.</summary>
    public void Begin(LearningTask task)
    {
        using var scope = NewDisposeScope();
        method.BeginTask(task);
        FollowNetwork();
        if (options.ResetOptimizer) optimizer.Reset();
        (stepOfTask, goesOn, watch) = (0, false, new());
        lossSum.zero_();
    }

    /// <summary>How long a task is trained where the method does not go on (<see cref="Model.GoOn"/>): a method that learns without gradient reads every sample once.</summary>
    public Schedule ScheduleFor(LearningTask task) => ScheduleFor(method.TrainingData(task));

    /// <summary>Whether the task's last step is done.</summary>
    /// <param name="schedule">That of the task.</param>
    public bool IsOver(Schedule schedule) => (stepOfTask >= schedule.Steps || (options.Patience > 0 && watch.Without >= options.Patience)) && !goesOn;

    /// <summary>Trains to the end of the task, from where it stands.</summary>
    /// <param name="task">A task that was begun.</param>
    /// <param name="afterStep">Called after every step with the number of steps of the task done; may stop the run by throwing.</param>
    /// <param name="report">Called every <see cref="TrainingOptions.LogEvery"/> steps and at the end.</param>
    /// <param name="validate">Accuracy on the task's validation data, asked for after every epoch where training depends on it (<see cref="TrainingOptions.Patience"/>, <see cref="RateSchedule.Plateau"/>).</param>
    /// <exception cref="EngramException">The loss is not finite, or training depends on validation data and there are none.</exception>
    public void Train(LearningTask task, Action<long> afterStep, Action<TrainingReport> report, Func<double>? validate = null)
    {
        if (options.WatchesValidation && (validate is null || task.Validation is null))
            throw EngramException.Input("no-validation", $"training.{(options.Patience > 0 ? "patience" : "schedule=plateau")} needs validation data, but task {task.Number} ({task.Name}) has none; hold some out, such as with stream.validation=0.1.");
        Samples samples = method.TrainingData(task);
        Schedule schedule = ScheduleFor(samples);
        using BatchReader reader = new(samples.InputShape, Math.Min(options.Batch, samples.Count), model.Device);
        model.ClassWeights = options.ClassWeights == ClassWeights.Balanced ? BalancedWeights(samples) : null;
        int[] order = [];
        int orderEpoch = -1;
        model.PlannedSteps = schedule.Steps;
        while (!IsOver(schedule))
        {
            int epoch = (int)(stepOfTask / schedule.StepsPerEpoch), first = (int)(stepOfTask % schedule.StepsPerEpoch) * options.Batch;
            if (epoch != orderEpoch) (order, orderEpoch) = (model.Seed.For("order", task.Index, epoch).Permutation(samples.Count), epoch);
            network.Moment = new(model.Seed, task.Index, epoch, stepOfTask);
            optimizer.LearningRate = options.RateAt(stepOfTask, schedule, watch.Plateaus);
            Step(reader.Read(samples, order.AsSpan(first, Math.Min(options.Batch, order.Length - first))));
            stepOfTask++;
            goesOn = model.TakeGoOn();
            if (options.WatchesValidation && stepOfTask % schedule.StepsPerEpoch == 0) watch = watch.After(validate!(), options.Schedule == RateSchedule.Plateau ? options.HalveEvery : 0);
            if (stepOfTask % options.LogEvery == 0 || IsOver(schedule)) report(new(epoch + 1, stepOfTask, method.LearnsByGradient ? MeanLoss(task) : null));
            if (IsOver(schedule) && !IsFinite(network.Parameters)) throw Diverged(task, "a parameter is not finite");
            afterStep(stepOfTask);
        }
        network.Moment = null;
        model.ClassWeights = null;
    }

    /// <summary>Ends a task: the method's own consolidation.</summary>
    public void End(LearningTask task)
    {
        using var scope = NewDisposeScope();
        method.EndTask(task);
        FollowNetwork();
    }

    /// <summary>Declares position, optimizer and the losses not yet reported; called after the method's and the model's own state.</summary>
    public void Visit(StateBag state)
    {
        if (state.IsRestoring) FollowNetwork();
        state.Value("stepOfTask", ref stepOfTask);
        state.Value("goesOn", ref goesOn);
        state.Value("watch", ref watch, least: -1);
        state.Require(watch is { Best: <= 1, Without: >= 0, Plateaus: >= 0, Waiting: >= 0 }, "watch", "an accuracy and counts of epochs");
        state.Contents("lossSum", lossSum);
        optimizer.Visit(state.Part("optimizer"), network.Parameters);
    }

    /// <summary>Frees optimizer and buffers.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        gradient.Dispose();
        lossSum.Dispose();
    }

    /// <summary>One step on a batch that comes from outside, of a task that was begun.</summary>
    /// <exception cref="EngramException">The loss is not finite.</exception>
    internal void Step(Batch batch, LearningTask task)
    {
        network.Moment = new(model.Seed, task.Index, 0, stepOfTask);
        optimizer.LearningRate = options.LearningRate;
        Step(batch);
        network.Moment = null;
        stepOfTask++;
        _ = model.TakeGoOn();
        if (method.LearnsByGradient && stepOfTask % options.LogEvery == 0) _ = MeanLoss(task);
    }

    private Schedule ScheduleFor(Samples samples) => method.LearnsByGradient ? options.ScheduleFor(samples.Count, samples.Lessons) : Schedule.OnePass(samples.Count, options.Batch);

    private void Step(Batch batch)
    {
        using var scope = NewDisposeScope();
        if (!method.LearnsByGradient)
        {
            method.AfterStep(new(batch));
            return;
        }
        Batch prepared = method.Prepare(batch);
        Tensor logits = network.Forward(prepared.Inputs);
        Objective objective = method.Loss(prepared, logits);
        network.Backward(objective.Gradient, gradient);
        PendingPass pending = new();
        TrainingStep step = new(batch, logits, gradient, pending);
        method.EditGradient(step);
        if (options.ClipNorm > 0) Clip(step.Gradient);
        if (!network.DecaysBiases && options.WeightDecay > 0) optimizer.Decay(network, options.WeightDecay, step.Gradient);
        optimizer.Step(network.Parameters, gradient, pending);
        method.AfterStep(step.Later());
        lossSum.Add(objective.Value);
        FollowNetwork();
    }

    private Tensor BalancedWeights(Samples samples)
    {
        if (!model.Answers.AreClasses) throw EngramException.Input("invalid-setting", $"training.classWeights is balanced, but the answers are {model.Answers.Words}, which have no classes; leave it out.");
        int[] counts = new int[model.OutputCount];
        for (int sample = 0; sample < samples.Count; sample++) counts[samples.Target(sample)]++;
        double classes = counts.Count(count => count > 0);
        return tensor([.. counts.Select(count => count == 0 ? 1f : (float)(samples.Count / (classes * count)))], device: model.Device); // what comes from a memory counts as it is
    }

    private void Clip(Tensor gradient)
    {
        foreach (ParameterSlice slice in network.Layout.Slices)
        {
            Tensor piece = gradient.narrow(0, slice.Offset, slice.Length);
            double norm = piece.norm().item<float>();
            if (norm > options.ClipNorm) piece.Scale((float)(options.ClipNorm / norm));
        }
    }

    private double MeanLoss(LearningTask task)
    {
        using var scope = NewDisposeScope(); // even an operation in place makes a handle
        long steps = (stepOfTask - 1) % options.LogEvery + 1;
        double loss = lossSum.item<float>() / steps;
        lossSum.zero_();
        return double.IsFinite(loss) ? loss : throw Diverged(task, $"the loss is {loss}");
    }

    private EngramException Diverged(LearningTask task, string sign) => EngramException.Failure("diverged",
        $"Training diverged: {sign} at step {stepOfTask} of task {task.Number} ({task.Name}). Set training.learningRate (now {options.LearningRate}) or the method's strength lower.");

    private static bool IsFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    // A method may have replaced the network or let it grow: the flat view is rebuilt, and the optimizer starts afresh or follows.
    private void FollowNetwork()
    {
        if (model.Growing is { } growing)
        {
            // While the model still has the old network, to which all that is kept for its parameters belongs.
            StateBag following = new(growing.Growth);
            if (model.TasksSeen > 0) method.Visit(following);
            if (growing.KeepMoments) optimizer.Visit(following.Part("optimizer"), network.Parameters);
        }
        var asked = model.TakeGrowth();
        if (ReferenceEquals(network, model.Network)) return;
        network = model.Network;
        gradient.Dispose();
        gradient = zeros_like(network.Parameters).DetachFromDisposeScope();
        if (asked is not { KeepMoments: true })
        {
            optimizer.Dispose();
            optimizer = NewOptimizer();
        }
        if (asked?.Growth is not { } growth) return;
        growth.Old.Dispose();
        growth.Dispose();
    }

    // A step pulls all parameters alike; where biases are spared, the pull comes before it.
    private Optimizer NewOptimizer() => options.Optimizer.Create(options.LearningRate, network.DecaysBiases ? options.WeightDecay : 0);
}
