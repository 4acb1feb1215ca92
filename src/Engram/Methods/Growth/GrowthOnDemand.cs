using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Growth;

/// <summary>
/// Growth on demand: when the training accuracy on the current task has stopped rising and is still too low, the network is too small, and
/// its hidden layers are widened without changing what it does (Sodhani et al. 2018, arXiv 1811.07017, section 4; Net2Net, Chen et al. 2016,
/// arXiv 1511.05641). It does nothing against forgetting: the paper combines it with GEM, <c>gem+grow</c>.
/// </summary>
/// <remarks>
/// As in the paper, a task that is not learned yet is trained on until it is learned, or until its accuracy has stopped rising and the network
/// may not grow any more. The paper's networks are recurrent; here dense and convolutional ones grow too. Differs from the paper: a task that
/// is learned early is still trained for as long as <c>training</c> says, and one that is not learned for <c>maxLength</c> times as long at
/// most; where growing did not help the run says so and goes on with the next task, where the paper stops.
/// A plateau is one of the accuracy alone; the authors' code also looks at the loss. Only the current task's samples count.
/// </remarks>
[Method("grow", Gradient = GradientStage.Path, Family = "growth", Summary = "widens the network when a task is not learned well enough; made to be combined, as in gem+grow", Paper = "Sodhani et al. 2018, arXiv 1811.07017")]
[NoHelp("it makes room for the new task and does nothing against forgetting; combine it, as in gem+grow")]
public sealed class GrowthOnDemand(GrowthOnDemand.Options options) : LearningMethod
{
    private readonly AccuracyPlateau plateau = new(options.Window, options.Patience);
    private int growthsOfTask, growths;
    private long stepsOfTask;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Training accuracy that is enough; 0.97 suits tasks of MNIST, the paper's sequence tasks have 0.8.</summary>
        [Description("training accuracy (a fraction) below which a task counts as not learned"), Range(0.0, 1.0)]
        public double Threshold { get; init; } = 0.97;

        /// <summary>Batches that the training accuracy is the mean of.</summary>
        [Description("batches that the training accuracy is the mean of"), Range(1, 100_000)]
        public int Window { get; init; } = 50;

        /// <summary>Steps without a better mean accuracy after which it counts as no longer rising.</summary>
        [Description("steps without a better training accuracy before the network may grow"), Range(1, int.MaxValue)]
        public int Patience { get; init; } = 300;

        /// <summary>How many times as long as <c>training</c> says a task may be trained that is not learned yet; 1 never goes on.</summary>
        [Description("how many times as long as training says an unlearned task may be trained; 1 = no longer"), Range(1.0, 1_000_000.0)]
        public double MaxLength { get; init; } = 10;

        /// <summary>How many times as wide a layer becomes, rounded, and one unit wider at least.</summary>
        [Description("how many times as wide a layer becomes"), Range(1.0, 1000.0, MinimumIsExclusive = true)]
        public double Factor { get; init; } = 2;

        /// <summary>How often the network may grow in one task.</summary>
        [Description("how often the network may grow in one task"), Range(0, int.MaxValue)]
        public int PerTask { get; init; } = 1;

        /// <summary>Numbers of the hidden layers that are widened, from 1; none given means all.</summary>
        [Description("numbers of the hidden layers that are widened, from 1; all where none is given"), Range(1, int.MaxValue)]
        public int[] Layers { get; init; } = [];

        /// <summary>Most units or channels of a layer.</summary>
        [Description("most units or channels of a layer"), Range(1, NetworkGrowth.MaximumWidth)]
        public int MaxUnits { get; init; } = NetworkGrowth.MaximumWidth;

        /// <summary>Most parameters of the network; null sets no limit.</summary>
        [Description("most parameters of the network; no limit where not given"), Range(1, int.MaxValue)]
        public int? MaxParameters { get; init; }

        /// <summary>Deviation of the noise on the weights into new units, as a share of that of the layer's weights.</summary>
        [Description("noise on the weights into new units, as a share of the deviation of the layer's weights"), Range(0.0, 1000.0)]
        public double Noise { get; init; } = NetworkGrowth.UsualNoise;

        /// <summary>Whether the optimizer's moments follow the growth; the paper starts the optimizer afresh.</summary>
        [Description("keep the optimizer's moments when the network grows; the paper starts afresh")]
        public bool KeepMoments { get; init; }
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        int layers = Model.Definition.Widths.Count;
        if (layers == 0) throw EngramException.Input("network-mismatch", "grow widens hidden layers, but the network has none that it knows how to widen; choose another network, such as mlp with network.hidden=50,50.");
        if (options.Layers.FirstOrDefault(number => number > layers) is > 0 and var missing)
            throw EngramException.Input("out-of-range", $"method.layers names hidden layer {missing}, but the network has {layers}; name layers from 1 to {layers}, or none for all.");
        plateau.Restart();
        (growthsOfTask, stepsOfTask) = (0, 0);
    }

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step) => Look(step.Batch, step.Logits);

    /// <inheritdoc/>
    public override void AfterStep(TrainingStep step)
    {
        stepsOfTask++;
        if (IsLearned) return;
        if (plateau.IsReached)
        {
            int[] wider = Wider();
            if (growthsOfTask == options.PerTask || Limit(wider) is not null) return;
            growthsOfTask++;
            Model.Grow(NetworkGrowth.Widen(Model.Definition, Model.Network, wider, Model.Seed.Derive("growth", step: growths++), options.Noise), options.KeepMoments);
            plateau.Restart();
        }
        if (stepsOfTask < options.MaxLength * Model.PlannedSteps) Model.GoOn();
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task)
    {
        if (IsLearned) return;
        string reached = plateau.IsKnown ? $"{plateau.Mean:P1}" : "not known";
        Model.Remark($"grow: task {task.Number} was not learned well enough (training accuracy {reached}, method.threshold {options.Threshold:P1}): {WhyNot()}.");
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        plateau.Visit(state.Part("plateau"));
        state.Value("growthsOfTask", ref growthsOfTask);
        state.Value("growths", ref growths);
        state.Value("stepsOfTask", ref stepsOfTask);
    }

    private bool IsLearned => plateau.IsKnown && plateau.Mean >= options.Threshold;

    // The training accuracy on the current task's samples of a batch.
    private void Look(Batch batch, Tensor logits)
    {
        int current = Model.TasksSeen - 1;
        long count = batch.Tasks.Length == 1 ? batch.Tasks[0] == current ? batch.Count : 0 : batch.Tasks.Count(task => task == current);
        if (count == 0) return;
        Tensor own = logits.narrow(0, 0, batch.Count);
        Tensor right = (Model.Mask(batch) is { } mask ? own.Plus(mask) : own).argmax(1).eq(batch.Targets);
        if (batch.Tasks.Length > 1) right = right.logical_and(tensor(batch.Tasks, device: Model.Device).EqualTo(current));
        plateau.Add((double)right.sum().item<long>() / count);
    }

    private int[] Wider() => [.. Model.Definition.Widths.Select((width, layer) => options.Layers.Length > 0 && !options.Layers.Contains(layer + 1) ? width
        : Math.Max(width, (int)Math.Min(options.MaxUnits, Math.Max(width + 1, Math.Round(width * options.Factor)))))];

    // What forbids layers of those widths; null where nothing does.
    private string? Limit(int[] wider)
    {
        if (wider.SequenceEqual(Model.Definition.Widths)) return $"its layers have the {options.MaxUnits} units that method.maxUnits allows";
        long parameters = Model.ParameterCount(Model.Definition.WithWidths(wider));
        return parameters > options.MaxParameters ? $"{string.Join('-', wider)} would have {parameters} parameters and method.maxParameters is {options.MaxParameters}" : null;
    }

    private string WhyNot()
    {
        if (!plateau.IsReached) return $"its accuracy had not stopped rising after {stepsOfTask} steps, which are all that training and method.maxLength={options.MaxLength} allow";
        if (growthsOfTask == options.PerTask) return $"its accuracy has stopped rising after {stepsOfTask} steps, and method.perTask={options.PerTask} lets the network grow no more";
        return $"its accuracy has stopped rising after {stepsOfTask} steps, but {Limit(Wider())}; the network stays at {string.Join('-', Model.Definition.Widths)}";
    }
}
