using System.ComponentModel;
using Engram.Graphs;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Baselines;

/// <summary>
/// One network per task: no forgetting and no transfer, at the price of T networks and of knowing the task at test time
/// (methods.md section 3).
/// </summary>
[Method("separate", Family = "baselines", LearnsAnyAnswers = true, Owns = Hooks.Predict | Hooks.ParameterCount, Scenarios = [Scenario.Task], Reason = "it must be told the task to choose its network",
    Alone = "it has a network of its own for each task",
    Summary = "one network per task: nothing is forgotten, nothing is shared")]
public sealed class SeparateNetworks(SeparateNetworks.Options options) : LearningMethod, IDescribesAnswers
{
    private readonly List<Network> finished = [];
    private Network? untrained;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>Whether the networks are made narrower so that all of them together are as large as one.</summary>
        [Description("make the networks narrower so that together they are as large as one")]
        public bool EqualSize { get; init; }
    }

    /// <inheritdoc/>
    public override void Join(Model run)
    {
        base.Join(run);
        run.GrowsOutputs = false; // each task has a network of its own
    }

    /// <inheritdoc/>
    /// <remarks>New outputs: no finished network answers with them, but all have as many.</remarks>
    public override void BeginTask(LearningTask task)
    {
        double width = options.EqualSize ? WidthOfShare() : 1;
        for (int earlier = 0; earlier < finished.Count && finished[earlier].OutputCount < Model.OutputCount; earlier++) finished[earlier] = Model.WithAllOutputs(finished[earlier], Model.NewNetwork(earlier, width));
        if (untrained?.OutputCount < Model.OutputCount) untrained = Model.WithAllOutputs(untrained, Model.NewNetwork());
        untrained ??= Model.NewNetwork();
        Network last = Model.Replace(Model.NewNetwork(task.Index, width));
        if (task.Index == 0) last.Dispose();
        else finished.Add(last.OutputCount < Model.OutputCount ? Model.WithAllOutputs(last, Model.NewNetwork(task.Index - 1, width)) : last);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs) => NetworkOf(inputs.Tasks[0]).Predict(inputs.Values).Plus(Model.Mask(inputs)!);

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue inputs, int task) => NetworkOf(task).Describe(graph, inputs).Outputs;

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        int count = finished.Count;
        state.Value("networks", ref count);
        state.Require(count == Math.Max(0, Model.TasksSeen - 1), "networks", "one for each finished task");
        if (state.IsRestoring && Model.TasksSeen > 0)
        {
            untrained = Model.NewNetwork();
            double width = options.EqualSize ? WidthOfShare() : 1;
            Model.Replace(Model.NewNetwork(count, width)).Dispose();
            for (int task = 0; task < count; task++) finished.Add(Model.NewNetwork(task, width));
        }
        for (int task = 0; task < finished.Count; task++)
        {
            state.Contents($"network{task}", finished[task].Parameters);
            finished[task].Visit(state.Part($"network{task}"));
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount => Model.Network.Layout.Count + finished.Sum(network => network.Layout.Count);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (Network network in finished) network.Dispose();
        untrained?.Dispose();
        base.Dispose(disposing);
    }

    private Network NetworkOf(int task) => task < finished.Count ? finished[task] : task < Model.TasksSeen ? Model.Network : untrained ?? Model.Network;

    // The largest width at which T networks have no more parameters than one of full width.
    private double WidthOfShare()
    {
        if (!Model.KnowsAllTasks) throw EngramException.Input("invalid-setting", "method.equalSize is true, but nobody knows among how many tasks' networks the size is to be divided; set it to false.");
        long budget = Model.ParameterCount() / Model.Tasks.Count;
        double low = 0, high = 1;
        for (int step = 0; step < 20; step++)
        {
            double middle = (low + high) / 2;
            if (Model.ParameterCount(middle) <= budget) low = middle;
            else high = middle;
        }
        return low > 0 ? low : throw EngramException.Input("invalid-setting",
            $"method.equalSize is true, but no hidden layers are so narrow that {Model.Tasks.Count} networks have no more than the {Model.ParameterCount()} parameters of one; set method.equalSize=false, or use fewer tasks or a wider network.");
    }
}
