using System.Text.Json.Nodes;
using Engram.Answering;
using Engram.Graphs;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Training;

/// <summary>All that a learner has become: its model, its method and, unless it will only be asked, its trainer; what a file holds and a predictor copies.</summary>
internal sealed class LearnerState : IDisposable
{
    private readonly bool answersItself;
    private readonly string methodId;

    /// <summary>Puts together what is there, as a run does; disposed with this object from now on.</summary>
    /// <param name="model">What learns.</param>
    /// <param name="method">A method that is part of no run yet.</param>
    /// <param name="training">How every task is trained.</param>
    public LearnerState(Model model, LearningMethod method, TrainingOptions training)
    {
        (Model, Method, methodId) = (model, method, "");
        Trainer = Join(training);
    }

    /// <summary>Makes one that has met no task.</summary>
    /// <param name="config">That of the learner.</param>
    /// <param name="form">What goes in and comes out.</param>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="toAnswer">Whether it will only be asked: then it has what answers need, and nothing else.</param>
    public LearnerState(LearnerConfig config, ModelForm form, LearnerCatalogs catalogs, bool toAnswer)
    {
        NativeEngine.PrepareThread(config.Machine.Threads);
        methodId = config.Method.Id;
        answersItself = catalogs.Methods.Find(config.Method.Id).Attribute.Owns.HasFlag(Hooks.Predict);
        Model = new(form, catalogs.Networks.Create(config.Network.Id, config.Network.Options), new(config.Machine.Seed), ComputeDevice.Named(config.Machine.Device), config.Training.Batch);
        Method = toAnswer && !answersItself ? new NetworkAlone() : catalogs.Methods.Create(config.Method.Id, config.Method.Options);
        Trainer = Join(toAnswer ? null : config.Training);
    }

    /// <summary>What learned.</summary>
    public Model Model { get; }

    /// <summary>How.</summary>
    public LearningMethod Method { get; }

    /// <summary>What goes on learning; null where it will only be asked.</summary>
    public Trainer? Trainer { get; }

    /// <summary>Makes one from what a file or a learner gave.</summary>
    /// <param name="header">What it says of itself.</param>
    /// <param name="state">Its state.</param>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="toAnswer">Whether it will only be asked.</param>
    /// <param name="dataOf">The data of a task where they are at hand, by its index; null where none are.</param>
    /// <exception cref="EngramException">Header and state do not belong together.</exception>
    public static LearnerState Restore(LearnerHeader header, StateBag state, LearnerCatalogs catalogs, bool toAnswer, Func<int, Samples?>? dataOf = null)
    {
        LearnerConfig config = LearnerConfig.Read(header.Config, catalogs);
        LearnerState restored = new(config, new(header.InputShape, config.Scenario, header.Answers, header.Outputs), catalogs, toAnswer);
        try
        {
            foreach (TaskHeader task in header.Tasks)
            {
                int index = restored.Model.Tasks.Count;
                Samples data = dataOf?.Invoke(index) ?? new AbsentSamples(index, task.Name, task.Samples, header.InputShape, header.Answers.TargetNumbers);
                restored.Model.Meet(new(index, task.Name, data, null, data, task.Outputs));
            }
            restored.Model.TasksSeen = header.Tasks.Count;
            restored.Visit(state, toAnswer);
            state.RequireAllRead();
            return restored;
        }
        catch
        {
            restored.Dispose();
            throw;
        }
    }

    /// <summary>Whether something of the state of a whole learner, by its name, is needed to answer.</summary>
    /// <param name="name">Such as <c>network</c>.</param>
    /// <param name="method">What is declared of the learner's method.</param>
    public static bool IsForAnswers(string name, MethodAttribute method) =>
        name == "network" || name.StartsWith("network.", StringComparison.Ordinal) || name.StartsWith("model.", StringComparison.Ordinal) || (method.Owns.HasFlag(Hooks.Predict) && name.StartsWith("method.", StringComparison.Ordinal));

    /// <summary>Declares it.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="toAnswer">Whether what answers need is enough.</param>
    public void Visit(StateBag state, bool toAnswer = false)
    {
        Model.Visit(state.Part("model"));
        if (!toAnswer || answersItself) Method.Visit(state.Part("method"));
        state.Contents("network", Model.Network.Parameters);
        Model.Network.Visit(state.Part("network"));
        if (!toAnswer) Trainer!.Visit(state.Part("training"));
    }

    /// <summary>All that it is at this moment, to be written or copied; the tensors stay its own.</summary>
    /// <param name="answers">What is answered now, with the names of all classes.</param>
    /// <param name="config">That of the learner, as JSON.</param>
    /// <param name="toAnswer">Whether what answers need is enough.</param>
    public (LearnerHeader Header, StateBag State) Snapshot(JsonObject config, Answers answers, bool toAnswer = false)
    {
        StateBag bag = new();
        Visit(bag, toAnswer);
        return (new(config, Model.Form.InputShape, answers, Model.OutputCount, [.. Model.Tasks.Select(task => new TaskHeader(task.Name, task.Train.Count, [.. task.Outputs]))]), bag);
    }

    /// <summary>Writes down as operations what a predictor does with inputs: the method's scores, the mask, what is read from them.</summary>
    /// <param name="graph">Gets the operations and outputs.</param>
    /// <param name="inputs">[n, inputs...], of 32 bits.</param>
    /// <param name="task">Index of the task that is asked.</param>
    /// <param name="temperature">By what scores are divided.</param>
    /// <exception cref="EngramException">Method or network cannot be written so.</exception>
    public void Describe(Graph graph, GraphValue inputs, int task, double temperature = 1)
    {
        GraphValue scores = Method.Describer is { } own ? own.Describe(graph, inputs, task)
            : !answersItself ? Model.Network.Describe(graph, inputs).Outputs
            : throw EngramException.Input("no-graph", $"The method {methodId} answers in a way of its own that is not written as operations of a graph, so that no other program can run it; ask it through Engram, or learn with a method whose network answers or with one in closed form.");
        using Tensor none = zeros([1, .. Model.Form.InputShape]);
        if (Model.Mask(new Inputs(none, [task])) is { } mask) scores = graph.Apply("Add", [scores, graph.Constant(mask)]);
        if (temperature != 1) scores = graph.Apply("Mul", [scores, graph.Number((float)(1 / temperature))]);
        Model.Answers.Describe(graph, scores, Model.OutputCount);
    }

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        Trainer?.Dispose();
        Method.Dispose();
        Model.Dispose();
    }

    /// <summary>Tensors of a walk, with the network's one vector in its named pieces, such as <c>network.0.weight</c>.</summary>
    /// <param name="tensors">By the names of <see cref="Visit"/>.</param>
    public Dictionary<string, Tensor> Named(IReadOnlyDictionary<string, Tensor> tensors) => tensors.SelectMany(one => one.Key != "network" ? [one]
        : Model.Network.Layout.Slices.Select(slice => KeyValuePair.Create($"network.{slice.Name}", slice.Of(one.Value)))).ToDictionary();

    private Trainer? Join(TrainingOptions? training)
    {
        try
        {
            Method.Join(Model);
            return training is null ? null : new(Model, Method, training);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // Answers of a method without an answer of its own.
    private sealed class NetworkAlone : LearningMethod;
}
