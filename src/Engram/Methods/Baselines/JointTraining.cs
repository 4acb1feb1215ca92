using System.ComponentModel;
using Engram.Methods.Rehearsal;
using Engram.Streams;

namespace Engram.Methods.Baselines;

/// <summary>
/// Learns all tasks seen so far together, at every task: the upper bound of all methods and the reference of intransigence
/// (Chaudhry et al. 2018, arXiv 1801.10112, section 3). It stores all data, so it is a bound and not a method.
/// </summary>
[Method("joint", Family = "baselines", LearnsAnyAnswers = true, Owns = Hooks.TrainingData, Bound = Bound.Upper, Summary = "learns all tasks so far together, with all their data: the upper bound")]
public sealed class JointTraining(JointTraining.Options options) : LearningMethod
{
    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Whether each task starts from a fresh network, so that row k is an honest joint training on tasks 1 to k.</summary>
        [Description("start each union from a fresh network; false goes on with the last one")]
        public bool Restart { get; init; } = true;
    }

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (options.Restart && task.Index > 0) Model.Replace(Model.NewNetwork()).Dispose();
    }

    /// <inheritdoc/>
    public override Samples TrainingData(LearningTask task) => new UnionSamples(Model.Tasks.Take(task.Number).Select(seen => seen.Train));

    /// <inheritdoc/>
    public override long StoredSamples => Model.Tasks.Take(Model.TasksSeen).Sum(task => (long)task.Train.Count);

    /// <inheritdoc/>
    public override long StoredBytes => Model.Tasks.Take(Model.TasksSeen).Sum(task => task.Train.Count * SampleMemory.BytesPerSample(task.Train.InputShape, targetNumbers: task.Train.TargetNumbers));
}
