using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Distillation;

/// <summary>
/// Learning without forgetting (Li and Hoiem 2016, arXiv 1606.09282): on the new task's inputs the old outputs are to answer as the network
/// did before the task, L = CE_new + lambda_o sum over old heads of KD, KD = - sum_i y'_i log yhat'_i at temperature T. No old data are needed.
/// </summary>
/// <remarks>
/// In the task scenario every old task has its own softmax; in the domain scenario all old tasks share one head, whose distillation counts
/// once per old task; in the class scenario it counts once, over all classes seen so far, of which the old network gives new ones no
/// probability (van de Ven and Tolias 2019, arXiv 1904.07734), or over all classes where all are active (van de Ven et al. 2022).
/// Differs from the paper: the old network answers again for every batch instead of once before the task, which is the same without
/// augmentation; weight decay is <c>training.weightDecay</c> and 0 unless set (paper 5e-4); the warm-up is off unless set.
/// </remarks>
[Method("lwf", Name = "Learning without forgetting (LwF)", Family = "distillation", LearnsAnyAnswers = true, LearnsFromBatches = true, Owns = Hooks.Loss, Gradient = GradientStage.Freeze, Summary = "keeps the old network's answers to the new task's inputs; stores no data", Paper = "Li and Hoiem 2016, arXiv 1606.09282")]
[NoHelp("with one class per task the new class alone is right in every batch, and nothing tells it from the old ones; take more classes per task, or add a memory", Scenario.Class, OneClassPerTask = true)]
public sealed class LearningWithoutForgetting(LearningWithoutForgetting.Options options) : LearningMethod
{
    private readonly NetworkSnapshot old = new();
    private long stepOfTask;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Weight of each old task's distillation.</summary>
        [Description("weight lambda_o of each old task's distillation"), Range(0.0, double.MaxValue)]
        public double Lambda { get; init; } = 1;

        /// <summary>Divides the logits before both softmaxes.</summary>
        [Description("temperature T of the distillation"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double Temperature { get; init; } = 2;

        /// <summary>Steps at the beginning of every task but the first in which only the new outputs learn (the paper's warm-up).</summary>
        [Description("first steps of a task in which only the new outputs learn; 0 = none"), Range(0, int.MaxValue)]
        public int WarmUp { get; init; }
    }

    private bool IsWarmingUp => stepOfTask < options.WarmUp && Model.TasksSeen > 1;

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (options.WarmUp > 0 && Model.Scenario == Scenario.Domain)
            throw EngramException.Input("invalid-setting", $"method.warmUp is {options.WarmUp} but must be 0 in the domain scenario, where a task brings no new outputs that could learn alone.");
        if (options.WarmUp > 0 && !Model.Network.Layout.HasOutput)
            throw EngramException.Input("no-output-layer", $"method.warmUp is {options.WarmUp} but must be 0 with the network {Model.Definition.Id}, which has no output layer of its own that could learn alone; set it to 0, or choose another network, such as mlp.");
        stepOfTask = 0;
        if (task.Index > 0 && (options.Lambda > 0 || options.WarmUp > 0)) old.Take(Model);
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        // The old network answers at the size it had, except while it also tells what is frozen; new outputs that it then takes over are never asked for.
        if (IsWarmingUp && old.Network!.Layout.Count != Model.Network.Layout.Count) old.Take(Model);
        Objective loss = base.Loss(batch, logits);
        if (old.Network is null || options.Lambda == 0) return loss;
        Tensor answers = old.Network.Predict(batch.Inputs);
        int oldTasks = Model.TasksSeen - 1;
        return Model.Scenario switch
        {
            Scenario.Task => Enumerable.Range(0, oldTasks).Aggregate(loss, (sum, task) => sum + options.Lambda * Keep(answers, Model.Mask(task))),
            Scenario.Domain => loss + options.Lambda * oldTasks * Keep(answers, null),
            _ => loss + options.Lambda * Keep(Model.Mask(oldTasks - 1) is { } known ? answers.Plus(known) : answers, Model.Mask(oldTasks)),
        };

        Objective Keep(Tensor teacher, Tensor? mask) => Model.Answers.Distillation(logits, teacher, options.Temperature, mask);
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        if (!IsWarmingUp) return;
        foreach (var (first, count) in Frozen()) step.Gradient.narrow(0, first, count).zero_();
    }

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        // An optimizer moves parameters without gradient too, by momentum and weight decay.
        if (IsWarmingUp)
            foreach (var (first, count) in Frozen()) Model.Network.Parameters.narrow(0, first, count).copy_(old.Network!.Parameters.narrow(0, first, count));
        stepOfTask++;
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        state.Value("stepOfTask", ref stepOfTask);
        old.Visit(state.Part("old"), Model);
        state.Require(old.Network is not null || !IsWarmingUp, "old.taken", "the old network while new outputs learn alone");
    }

    /// <inheritdoc/>
    public override long StoredBytes => old.StoredBytes;

    /// <inheritdoc/>
    public override int VectorsKept(int tasks) => 1;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        old.Dispose();
        base.Dispose(disposing);
    }

    // All but the rows of the output layer that belong to the new task.
    private IEnumerable<(long First, long Count)> Frozen()
    {
        ParameterLayout layout = Model.Network.Layout;
        var (weight, bias) = layout.Output;
        long features = weight.Length / bias.Length, behind = bias.Offset + bias.Length;
        yield return (0, weight.Offset);
        yield return (behind, layout.Count - behind);
        long next = 0;
        foreach (long output in Model.Tasks[Model.TasksSeen - 1].Outputs.Select(output => (long)output).Append(bias.Length))
        {
            yield return (weight.Offset + next * features, (output - next) * features);
            yield return (bias.Offset + next, output - next);
            next = output + 1;
        }
    }
}
