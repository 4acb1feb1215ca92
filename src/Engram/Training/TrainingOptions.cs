using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Methods;
using Engram.Optimizers;

namespace Engram.Training;

/// <summary>How the step size changes within a task; each task begins with the full one.</summary>
public enum RateSchedule
{
    /// <summary>Halved after so many epochs, or never.</summary>
    Step,

    /// <summary>From the full size to nearly 0 along half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5, one period for each task).</summary>
    Cosine,

    /// <summary>Halved when the accuracy on validation data has not risen for so many epochs.</summary>
    Plateau,
}

/// <summary>How much a sample of each class counts in the loss.</summary>
public enum ClassWeights
{
    /// <summary>Every sample counts alike.</summary>
    None,

    /// <summary>A class with n of a task's N training samples of K classes counts N / (K n): all classes count alike, and a batch on average as much as without.</summary>
    Balanced,
}

/// <summary>How every task is trained.</summary>
public sealed record TrainingOptions : ISettingsRules
{
    /// <summary>Rule that turns a gradient into a step, as its settings.</summary>
    [Description("rule that turns a gradient into a step ('engram optimizers' lists them)")]
    public OptimizerOptions Optimizer { get; init; } = new Adam.Options();

    /// <summary>Step size.</summary>
    [Description("step size"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>How the step size changes within a task.</summary>
    [Description("step (halved every halveEvery epochs), cosine (falls to nearly 0 over a task) or plateau (halved after halveEvery epochs without a better accuracy on validation data)")]
    public RateSchedule Schedule { get; init; }

    /// <summary>Epochs after which the step size is halved, again and again within a task; on a plateau, epochs without a gain. 0 keeps it.</summary>
    [Description("epochs after which the step size is halved, again and again within a task; 0 = never"), Range(0, 1_000_000)]
    public int HalveEvery { get; init; }

    /// <summary>Epochs without a better accuracy on the task's validation data after which the task ends before its schedule; 0 trains to its end. What was learned last is kept.</summary>
    [Description("epochs without a better accuracy on validation data after which a task ends early; 0 = never"), Range(0, 1_000_000)]
    public int Patience { get; init; }

    /// <summary>Epochs of a task with the full step size before the first of those after which it is halved begins.</summary>
    [Description("epochs of a task before halving begins to count"), Range(0, 1_000_000)]
    public int HalveFrom { get; init; }

    /// <summary>Greatest Euclidean norm of a step's gradient in each piece of the parameters (matrix or vector); longer ones are shortened to it. 0 keeps all.</summary>
    [Description("greatest norm of the gradient of each matrix; longer ones are shortened to it; 0 = none"), Range(0.0, 1e9)]
    public double ClipNorm { get; init; }

    /// <summary>Pull of every parameter to zero, added to the gradient where the optimizer says nothing else.</summary>
    [Description("pull of every parameter to zero, added to the gradient; adamw's is apart from it"), Range(0.0, 1000.0)]
    public double WeightDecay { get; init; }

    /// <summary>How much a sample of each class counts.</summary>
    [Description("none, or balanced: samples of a task's rare classes count more, so that all its classes count alike")]
    public ClassWeights ClassWeights { get; init; }

    /// <summary>Samples per step.</summary>
    [Description("samples per step"), Range(1, 1_000_000)]
    public int Batch { get; init; } = 128;

    /// <summary>Whether an epoch leaves out what does not fill its last batch. The order of each epoch is another, so no sample is left out for long.</summary>
    [Description("leave out what does not fill an epoch's last batch")]
    public bool WholeBatches { get; init; }

    /// <summary>Passes over the training data: one number for all tasks, or one per task in the order of learning.</summary>
    [Description("passes over the training data: one number, or one per task"), Range(1, 1_000_000)]
    public int[] Epochs { get; init; } = [1];

    /// <summary>Steps per task in place of epochs; null trains by epochs.</summary>
    [Description("steps per task, in place of epochs"), Range(1, int.MaxValue)]
    public int? Iterations { get; init; }

    /// <summary>Whether each task starts with a fresh optimizer.</summary>
    [Description("start each task with a fresh optimizer")]
    public bool ResetOptimizer { get; init; }

    /// <summary>Steps between two logged losses.</summary>
    [Description("steps between two logged losses"), Range(1, int.MaxValue)]
    public int LogEvery { get; init; } = 50;

    /// <summary>Steps between two checkpoints within a task; each task's end has its own.</summary>
    [Description("steps between two checkpoints within a task"), Range(1, int.MaxValue)]
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>Steps between two points of the accuracy curves, measured on validation data; 0 draws the curves from the matrix alone.</summary>
    [Description("steps between two points of the accuracy curves, on validation data; 0 = task ends only"), Range(0, int.MaxValue)]
    public int EvaluateEvery { get; init; }

    /// <summary>Steps at the beginning of each task, beta, around which its test accuracy is measured for the learning-curve area: before the first and after each. 0 measures none.</summary>
    [Description("steps at the beginning of each task, after each of which its test accuracy is measured, for the learning-curve area (LCA); 0 = none"), Range(0, 10_000)]
    public int LearningCurve { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Problems(string path)
    {
        if (Epochs.Length == 0) yield return $"{path}.epochs is empty but needs one number, or one per task.";
        if (Schedule == RateSchedule.Plateau && HalveEvery == 0)
            yield return $"{path}.schedule is plateau, which needs {path}.halveEvery: epochs without a better accuracy after which the step size is halved, such as 2.";
        if (Schedule == RateSchedule.Cosine && HalveEvery > 0)
            yield return $"{path}.halveEvery is {HalveEvery} but has no meaning where {path}.schedule is cosine; leave out one of the two.";
        if (Schedule != RateSchedule.Step && HalveFrom > 0)
            yield return $"{path}.halveFrom is {HalveFrom} but counts only where {path}.schedule is step; leave it out.";
    }

    /// <summary>What a method cannot do of it, as a sentence; null where it can do all.</summary>
    internal string? ProblemWith(MethodAttribute method) => ClassWeights == ClassWeights.None || method.WeighsClasses ? null
        : $"training.classWeights is balanced but {method.Id} has its own losses, which do not weigh classes; leave it out or choose another method.";

    /// <summary>Whether the accuracy on validation data is measured after every epoch.</summary>
    internal bool WatchesValidation => Patience > 0 || Schedule == RateSchedule.Plateau;

    /// <summary>Step size of a step of a task.</summary>
    /// <param name="step">Steps of the task done before it.</param>
    /// <param name="schedule">How long the task is trained; steps beyond it have the size of its last one.</param>
    /// <param name="plateaus">How often the accuracy has stopped rising, for <see cref="RateSchedule.Plateau"/>.</param>
    public double RateAt(long step, Schedule schedule, int plateaus = 0) => LearningRate * Schedule switch
    {
        RateSchedule.Cosine => (1 + Math.Cos(Math.PI * Math.Min(step, schedule.Steps - 1) / schedule.Steps)) / 2,
        RateSchedule.Plateau => Math.Pow(0.5, plateaus),
        _ => HalveEvery == 0 ? 1 : Math.Pow(0.5, Math.Max(0, (int)(step / schedule.StepsPerEpoch) - HalveFrom) / HalveEvery),
    };

    /// <summary>Steps that data of the given tasks are trained for, and how often their order is drawn anew.</summary>
    /// <param name="samples">Number of samples.</param>
    /// <param name="lessons">Indices of the tasks whose training time the data stand for.</param>
    public Schedule ScheduleFor(int samples, IReadOnlyList<int> lessons)
    {
        int stepsPerEpoch = WholeBatches && samples >= Batch ? samples / Batch : (samples + Batch - 1) / Batch;
        long steps = Iterations is { } iterations ? (long)iterations * lessons.Count
            : (long)stepsPerEpoch * lessons.Max(lesson => Epochs[Math.Min(lesson, Epochs.Length - 1)]);
        return new(stepsPerEpoch, steps);
    }
}

/// <summary>How long a task is trained.</summary>
/// <param name="StepsPerEpoch">Steps after which the order of the samples is drawn anew.</param>
/// <param name="Steps">Steps in all.</param>
public sealed record Schedule(int StepsPerEpoch, long Steps)
{
    /// <summary>Every sample once, the last batch as small as it is.</summary>
    internal static Schedule OnePass(int samples, int batch) => new((samples + batch - 1) / batch, (samples + batch - 1) / batch);

    /// <summary>Epochs begun by the last step.</summary>
    public int Epochs => (int)((Steps + StepsPerEpoch - 1) / StepsPerEpoch);
}
