using System.ComponentModel;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Baselines;

/// <summary>
/// One network per task: no forgetting and no transfer, at the price of T networks and of knowing the task at test time
/// (methods.md section 3).
/// </summary>
[Method("separate", Family = "baselines", Owns = Hooks.Predict | Hooks.ParameterCount, Scenarios = [Scenario.Task], Reason = "it must be told the task to choose its network",
    Alone = "it has a network of its own for each task",
    Summary = "one network per task: nothing is forgotten, nothing is shared")]
public sealed class SeparateNetworks(SeparateNetworks.Options options) : LearningMethod
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
    public override void BeginTask(LearningTask task)
    {
        untrained ??= Learner.NewNetwork();
        double width = options.EqualSize ? WidthOfShare() : 1;
        Network last = Learner.Replace(Learner.NewNetwork(task.Index, width));
        if (task.Index == 0) last.Dispose();
        else finished.Add(last);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Inputs inputs)
    {
        int task = inputs.Tasks[0];
        Network network = task < finished.Count ? finished[task] : task < Learner.TasksSeen ? Learner.Network : untrained ?? Learner.Network;
        return network.Predict(inputs.Values).Plus(Learner.Mask(inputs)!);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        int count = finished.Count;
        state.Value("networks", ref count);
        state.Require(count == Math.Max(0, Learner.TasksSeen - 1), "networks", "one for each finished task");
        if (state.IsRestoring && Learner.TasksSeen > 0)
        {
            untrained = Learner.NewNetwork();
            double width = options.EqualSize ? WidthOfShare() : 1;
            Learner.Replace(Learner.NewNetwork(count, width)).Dispose();
            for (int task = 0; task < count; task++) finished.Add(Learner.NewNetwork(task, width));
        }
        for (int task = 0; task < finished.Count; task++)
        {
            state.Contents($"network{task}", finished[task].Parameters);
            finished[task].Visit(state.Part($"network{task}"));
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount => Learner.Network.Layout.Count + finished.Sum(network => network.Layout.Count);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (Network network in finished) network.Dispose();
        untrained?.Dispose();
        base.Dispose(disposing);
    }

    // The largest width at which T networks have no more parameters than one of full width.
    private double WidthOfShare()
    {
        long budget = Learner.ParameterCount() / Learner.Tasks.Count;
        double low = 0, high = 1;
        for (int step = 0; step < 20; step++)
        {
            double middle = (low + high) / 2;
            if (Learner.ParameterCount(middle) <= budget) low = middle;
            else high = middle;
        }
        return low > 0 ? low : throw EngramException.Input("invalid-setting",
            $"method.equalSize is true, but no hidden layers are so narrow that {Learner.Tasks.Count} networks have no more than the {Learner.ParameterCount()} parameters of one; set method.equalSize=false, or use fewer tasks or a wider network.");
    }
}
