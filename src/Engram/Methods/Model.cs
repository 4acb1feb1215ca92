using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods;

/// <summary>
/// What a method works on: the network that learns, what is answered, which tasks it has met, and how far learning has come. It knows no task before
/// somebody tells it (<see cref="Meet"/>), and its outputs grow with the classes it meets.
/// </summary>
public sealed class Model : IDisposable
{
    private readonly NetworkDefinition definition;
    private readonly List<LearningTask> tasks = [];
    private readonly Dictionary<int, Tensor> maskOfTask = [];
    private (NetworkGrowth Growth, bool KeepMoments)? growing;
    private List<string> remarks = [];
    private bool goesOn;
    private int tasksUntilAll;
    private long firstSize; // parameters of a network of the first widths

    /// <summary>Makes the network of a learner that has met no task.</summary>
    /// <param name="form">What goes in and comes out.</param>
    /// <param name="definition">Kind and size of the network.</param>
    /// <param name="seed">Where all randomness comes from.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="batchSize">Samples per training step.</param>
    public Model(ModelForm form, NetworkDefinition definition, Seed seed, Device device, int batchSize)
    {
        (Form, OutputCount, this.definition, Seed, Device, BatchSize) = (form, form.Outputs, definition, seed, device, batchSize);
        (Definition, Network) = (definition, NewNetwork());
        firstSize = Network.Layout.Count;
    }

    /// <summary>Makes the network of a run that is told of all tasks before the first one.</summary>
    /// <param name="stream">Tasks, outputs and scenario.</param>
    /// <param name="definition">Kind and size of the network.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="batchSize">Samples per training step.</param>
    public Model(TaskStream stream, NetworkDefinition definition, Seed seed, Device device, int batchSize)
        : this(new ModelForm(stream.InputShape, stream.Scenario, stream.Answers, stream.OutputCount, stream.ActiveClasses), Fit(definition, stream), seed, device, batchSize)
    {
        foreach (LearningTask task in stream.Tasks) Meet(task);
        KnowsAllTasks = true;
    }

    /// <summary>Whether it was told of all tasks before the first one, so that something can be divided among them from the start.</summary>
    public bool KnowsAllTasks { get; }

    /// <summary>What goes in and comes out.</summary>
    public ModelForm Form { get; }

    /// <summary>The network that learns.</summary>
    public Network Network { get; private set; }

    /// <summary>Kind and size of the network that learns: those of the run until it grows.</summary>
    public NetworkDefinition Definition { get; private set; }

    /// <summary>Which outputs compete.</summary>
    public Scenario Scenario => Form.Scenario;

    /// <summary>What is answered.</summary>
    public Answers Answers => Form.Answers;

    /// <summary>The run's seed.</summary>
    public Seed Seed { get; }

    /// <summary>Where to compute.</summary>
    public Device Device { get; }

    /// <summary>Samples per training step.</summary>
    public int BatchSize { get; }

    /// <summary>The tasks it was told of, in the order of learning; a method that looks ahead of <see cref="TasksSeen"/> is no lifelong learner.</summary>
    public IReadOnlyList<LearningTask> Tasks => tasks;

    /// <summary>Outputs of the network, one for each class of the tasks it was told of.</summary>
    public int OutputCount { get; private set; }

    /// <summary>Whether the network gets outputs for new classes by itself; a method whose networks are of its own making says no when it joins, and sees to it when a task begins.</summary>
    public bool GrowsOutputs { get; set; } = true;

    /// <summary>How much a sample of each class counts in the loss while a task is trained, [outputs]; null where all count alike.</summary>
    internal Tensor? ClassWeights
    {
        get;
        set
        {
            field?.Dispose();
            field = value?.DetachFromDisposeScope();
        }
    }

    /// <summary>What the samples of a batch count in the loss, by their classes: <see cref="Answers.Loss"/> takes it.</summary>
    /// <param name="targets">[batch], int64.</param>
    /// <param name="weights">What they count besides, [batch, 1]; null for the mean.</param>
    /// <returns>[batch, 1]; null for the mean.</returns>
    public Tensor? RowWeights(Tensor targets, Tensor? weights = null)
    {
        if (ClassWeights is null) return weights;
        Tensor own = ClassWeights.index_select(0, targets).unsqueeze(1);
        return weights is null ? own.Divide(targets.shape[0]) : own.mul_(weights);
    }

    /// <summary>Tells of the next task. Where it has classes that nobody knew of, the network is about to grow (<see cref="Grow"/>).</summary>
    /// <param name="task">Its index is how many tasks were told of before.</param>
    public void Meet(LearningTask task)
    {
        if (task.Index != tasks.Count) throw new ArgumentException($"Task {task.Number} ({task.Name}) is told of after {tasks.Count} tasks; tell of them in their order.", nameof(task));
        tasks.Add(task);
        if (task.Outputs[^1] >= OutputCount)
        {
            OutputCount = task.Outputs[^1] + 1;
            firstSize = ParameterCount();
            ForgetMasks();
            if (GrowsOutputs) Grow(NetworkGrowth.AddOutputs(Definition, Network, OutputCount, Seed.Derive("outputs", OutputCount)), keepMoments: true);
        }
        FindTasksUntilAll();
    }

    /// <summary>Outputs that were answers of the first tasks, in ascending order.</summary>
    /// <param name="tasks">How many tasks.</param>
    public IReadOnlyList<int> OutputsSeen(int tasks) => [.. Tasks.Take(tasks).SelectMany(task => task.Outputs).Distinct().Order()];

    /// <summary>Tasks begun so far: 0 before the first, k while task k is learned and after it.</summary>
    public int TasksSeen { get; set; }

    /// <summary>Steps that the task being learned is trained for where no method asks for more; 0 before the first step of a run.</summary>
    public long PlannedSteps { get; internal set; }

    /// <summary>
    /// Asks, after a step, that the task does not end with it, even where <see cref="PlannedSteps"/> are done: it ends with the first step
    /// after them that no method asks this for.
    /// </summary>
    public void GoOn() => goesOn = true;

    /// <summary>What people should know about the run besides its numbers, in the order in which it was said.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>Says something that people should know about the run, such as a limit that was reached; it is kept in the results.</summary>
    /// <param name="text">A sentence.</param>
    public void Remark(string text) => remarks.Add(text);

    /// <summary>A network of the run's kind and first size, freshly initialised.</summary>
    /// <param name="task">Index that names its own initial numbers; 0 gives those of the run's first network.</param>
    /// <param name="width">Factor on the width of the hidden layers.</param>
    public Network NewNetwork(int task = 0, double width = 1) =>
        (width == 1 ? definition : definition.Scaled(width)).Create(Form.InputShape, OutputCount, task == 0 ? Seed : Seed.Derive("network", task), Device);

    /// <summary>A network of another size for the run's inputs and outputs, freshly initialised.</summary>
    public Network NewNetwork(NetworkDefinition kind) => kind.Create(Form.InputShape, OutputCount, Seed, Device);

    /// <summary>A network with as many outputs as there are now that answers as one with fewer of them, which is freed; further outputs have their own numbers.</summary>
    /// <param name="network">With fewer outputs.</param>
    /// <param name="wider">A fresh one of its kind; it takes its place.</param>
    internal static Network WithAllOutputs(Network network, Network wider)
    {
        NetworkGrowth.CopyInto(wider, network).Dispose();
        network.Dispose();
        return wider;
    }

    /// <summary>Parameters of a network of another size, without making one.</summary>
    public long ParameterCount(NetworkDefinition kind) => kind.Layout(Form.InputShape, OutputCount).Count;

    /// <summary>Parameters of a network of the run's kind and first size, without making one.</summary>
    /// <param name="width">Factor on the width of the hidden layers.</param>
    public long ParameterCount(double width = 1) => (width == 1 ? definition : definition.Scaled(width)).Layout(Form.InputShape, OutputCount).Count;

    /// <summary>Goes on with another network; the trainer then starts a fresh optimizer.</summary>
    /// <param name="network">The next network; the model owns it from now on.</param>
    /// <param name="kind">Its kind and size where they are not those that the run began with.</param>
    /// <returns>The one used so far, now the caller's to keep or dispose.</returns>
    public Network Replace(Network network, NetworkDefinition? kind = null)
    {
        Network old = Network;
        (Network, Definition) = (network, kind ?? definition);
        return old;
    }

    /// <summary>
    /// Goes on with the grown network as soon as all hooks of this moment are over, so that none of them sees two sizes. What the
    /// methods of the run keep for each parameter follows (<see cref="StateBag.PerParameter"/>), and the old network is freed.
    /// </summary>
    /// <param name="growth">A growth of the model's network as it is now; the model owns it from now on.</param>
    /// <param name="keepMoments">Whether the optimizer's moments follow too; otherwise it starts afresh.</param>
    /// <exception cref="ArgumentException">It is the growth of another network.</exception>
    /// <exception cref="InvalidOperationException">The network is about to grow already.</exception>
    public void Grow(NetworkGrowth growth, bool keepMoments = false)
    {
        if (!ReferenceEquals(growth.Old, Network)) throw new ArgumentException("This is the growth of another network than the model's; make it from Model.Network and Model.Definition.", nameof(growth));
        if (growing is not null) throw new InvalidOperationException("The network is about to grow already; one growth at a time.");
        growing = (growth, keepMoments);
    }

    /// <summary>The growth that was asked for, while the model still has the old network; null where none was.</summary>
    internal (NetworkGrowth Growth, bool KeepMoments)? Growing => growing;

    /// <summary>The growth that was asked for, once, with the model's network already the grown one; null where none was.</summary>
    internal (NetworkGrowth Growth, bool KeepMoments)? TakeGrowth()
    {
        if (growing is not { } asked) return null;
        growing = null;
        if (!ReferenceEquals(Replace(asked.Growth.Network, asked.Growth.To), asked.Growth.Old))
            throw new InvalidOperationException("The network was replaced while it was about to grow; do one of the two.");
        return asked;
    }

    /// <summary>Whether the last step is to be followed by another one; once.</summary>
    internal bool TakeGoOn()
    {
        bool asked = goesOn;
        goesOn = false;
        return asked;
    }

    /// <summary>Declares the size of the network and the remarks; restoring makes a network of that size, whose numbers are restored after it.</summary>
    /// <exception cref="EngramException">The state is that of a run that began with another network.</exception>
    public void Visit(StateBag state)
    {
        long began = firstSize;
        state.Value("firstSize", ref began);
        if (began != firstSize) throw EngramException.Input("checkpoint-mismatch", $"The checkpoint's run began with parameters of shape [{began}], but [{firstSize}] is expected; it belongs to another configuration.");
        int[] widths = [.. Definition.Widths];
        state.Value("widths", ref widths, least: 1, most: NetworkDefinition.MaximumWidth);
        state.Value("remarks", ref remarks);
        if (!state.IsRestoring || widths.SequenceEqual(Definition.Widths)) return;
        NetworkDefinition kind = definition.WithWidths(widths);
        state.RequireRoomFor(ParameterCount(kind), "widths");
        Replace(NewNetwork(kind), kind).Dispose();
    }

    /// <summary>
    /// What is added to the logits of a batch so that only the outputs of its scenario compete: [1, outputs] or, for a batch of several
    /// tasks, [batch, outputs]; 0 or minus infinity. Null where all compete.
    /// </summary>
    /// <remarks>
    /// Class-incremental: all classes seen so far, or all there are (<see cref="ActiveClasses"/>); the untrained network of row 0 has seen none, and there all compete.
    /// </remarks>
    public Tensor? Mask(Inputs inputs)
    {
        if (AllCompete) return null;
        if (Scenario == Scenario.Class) return TasksSeen == 0 || TasksSeen >= tasksUntilAll ? null : MaskOf(TasksSeen - 1);
        return inputs.Tasks.Length == 1 ? MaskOf(inputs.Tasks[0]) : cat([.. inputs.Tasks.Select(MaskOf)]);
    }

    /// <summary>
    /// The same for one task: only its own outputs compete in the task scenario, the classes of it and all tasks before it in the class scenario.
    /// Null where all compete: in the domain scenario, and where all classes are active.
    /// </summary>
    /// <param name="task">Index of the task.</param>
    /// <returns>[1, outputs]; the model's.</returns>
    public Tensor? Mask(int task) => AllCompete ? null : MaskOf(task);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        ForgetMasks();
        ClassWeights = null;
        Network.Dispose();
        if (growing is not { } asked) return;
        asked.Growth.Network.Dispose();
        asked.Growth.Dispose();
    }

    private bool AllCompete => Scenario == Scenario.Domain || (Scenario == Scenario.Class && Form.ActiveClasses == ActiveClasses.All);

    private static NetworkDefinition Fit(NetworkDefinition definition, TaskStream stream)
    {
        definition.RequireFit(stream);
        return definition;
    }

    private void FindTasksUntilAll()
    {
        int all = tasks.FindIndex(task => OutputsSeen(task.Number).Count == OutputCount);
        tasksUntilAll = all < 0 ? int.MaxValue : all + 1;
    }

    private Tensor MaskOf(int task)
    {
        if (maskOfTask.TryGetValue(task, out Tensor? mask)) return mask;
        float[] row = new float[OutputCount];
        Array.Fill(row, float.NegativeInfinity);
        foreach (int output in Scenario == Scenario.Class ? OutputsSeen(task + 1) : tasks[task].Outputs) row[output] = 0;
        return maskOfTask[task] = tensor(row, 1, OutputCount, device: Device).DetachFromDisposeScope();
    }

    private void ForgetMasks()
    {
        foreach (Tensor mask in maskOfTask.Values) mask.Dispose();
        maskOfTask.Clear();
    }
}
