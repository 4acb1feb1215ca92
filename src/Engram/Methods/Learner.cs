using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>What a method may know and change: the network that learns, the stream's shape, and how far learning has come.</summary>
public sealed class Learner : IDisposable
{
    private readonly TaskStream stream;
    private readonly NetworkDefinition definition;
    private readonly Tensor? rowsOfTasks;
    private readonly Dictionary<int, Tensor> maskOfTask = [];

    /// <summary>Makes the network of a run.</summary>
    /// <param name="stream">Tasks, outputs and scenario.</param>
    /// <param name="definition">Kind and size of the network.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="batchSize">Samples per training step.</param>
    public Learner(TaskStream stream, NetworkDefinition definition, Seed seed, Device device, int batchSize)
    {
        (this.stream, this.definition, Seed, Device, BatchSize) = (stream, definition, seed, device, batchSize);
        Network = NewNetwork();
        if (stream.Scenario == Scenario.Task) rowsOfTasks = MaskRows(task => (task.FirstOutput, task.OutputCount));
        if (stream.Scenario == Scenario.Class) rowsOfTasks = MaskRows(task => (0, task.FirstOutput + task.OutputCount));
    }

    /// <summary>The network that learns.</summary>
    public Network Network { get; private set; }

    /// <summary>Kind and size of the network.</summary>
    public NetworkDefinition Definition => definition;

    /// <summary>Which outputs compete.</summary>
    public Scenario Scenario => stream.Scenario;

    /// <summary>The run's seed.</summary>
    public Seed Seed { get; }

    /// <summary>Where to compute.</summary>
    public Device Device { get; }

    /// <summary>Samples per training step.</summary>
    public int BatchSize { get; }

    /// <summary>All tasks of the stream; a method that looks ahead of <see cref="TasksSeen"/> is no lifelong learner.</summary>
    public IReadOnlyList<LearningTask> Tasks => stream.Tasks;

    /// <summary>Tasks begun so far: 0 before the first, k while task k is learned and after it.</summary>
    public int TasksSeen { get; set; }

    /// <summary>A network of the run's kind, freshly initialised.</summary>
    /// <param name="task">Index that names its own initial numbers; 0 gives those of the run's first network.</param>
    /// <param name="width">Factor on the width of the hidden layers.</param>
    public Network NewNetwork(int task = 0, double width = 1) =>
        (width == 1 ? definition : definition.Scaled(width)).Create(stream.InputShape, stream.OutputCount, task == 0 ? Seed : Seed.Derive("network", task), Device);

    /// <summary>Parameters of a network of the run's kind, without making one.</summary>
    /// <param name="width">Factor on the width of the hidden layers.</param>
    public long ParameterCount(double width = 1) => (width == 1 ? definition : definition.Scaled(width)).Layout(stream.InputShape, stream.OutputCount).Count;

    /// <summary>Goes on with another network; the trainer then starts a fresh optimizer.</summary>
    /// <param name="network">The next network; the learner owns it from now on.</param>
    /// <returns>The one used so far, now the caller's to keep or dispose.</returns>
    public Network Replace(Network network)
    {
        Network old = Network;
        Network = network;
        return old;
    }

    /// <summary>
    /// What is added to the logits of a batch so that only the outputs of its scenario compete: [1, outputs] or, for a batch of several
    /// tasks, [batch, outputs]; 0 or minus infinity. Null where all compete.
    /// </summary>
    /// <remarks>
    /// Class-incremental: all classes seen so far; the untrained network of row 0 has seen none, and there all compete.
    /// </remarks>
    public Tensor? Mask(Batch batch)
    {
        if (rowsOfTasks is null) return null;
        if (Scenario == Scenario.Class) return TasksSeen == 0 || TasksSeen == Tasks.Count ? null : MaskOf(TasksSeen - 1);
        return batch.Tasks.Length == 1 ? MaskOf(batch.Tasks[0]) : rowsOfTasks.index_select(0, tensor(batch.Tasks, dtype: int64, device: Device));
    }

    /// <summary>
    /// The same for one task: only its own outputs compete in the task scenario, the classes of all tasks up to it in the class scenario.
    /// Null in the domain scenario, where all compete.
    /// </summary>
    /// <param name="task">Index of the task.</param>
    /// <returns>[1, outputs]; the learner's.</returns>
    public Tensor? Mask(int task) => rowsOfTasks is null ? null : MaskOf(task);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        foreach (Tensor mask in maskOfTask.Values) mask.Dispose();
        rowsOfTasks?.Dispose();
        Network.Dispose();
    }

    private Tensor MaskOf(int task)
    {
        if (!maskOfTask.TryGetValue(task, out Tensor? mask)) maskOfTask[task] = mask = rowsOfTasks!.narrow(0, task, 1).DetachFromDisposeScope();
        return mask;
    }

    private Tensor MaskRows(Func<LearningTask, (int First, int Count)> active)
    {
        using var scope = NewDisposeScope();
        Tensor rows = full([stream.Tasks.Count, stream.OutputCount], float.NegativeInfinity, device: Device);
        foreach (LearningTask task in stream.Tasks)
        {
            var (first, count) = active(task);
            rows[task.Index].narrow(0, first, count).fill_(0f);
        }
        return rows.MoveToOuterDisposeScope().DetachFromDisposeScope();
    }
}
