using Engram;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;

namespace EngramSamples;

/// <summary>A method of one's own in one file: after the first task only the output layer goes on learning.</summary>
[Method("frozen-body", Gradient = GradientStage.Freeze, Family = "samples", Summary = "after the first task only the output layer learns")]
public sealed class FrozenBody : LearningMethod
{
    private int tasksEnded;

    /// <inheritdoc/>
    public override void EditGradient(TrainingStep step)
    {
        if (tasksEnded == 0) return;
        foreach (ParameterSlice slice in Model.Network.Layout.Slices)
            if (!Model.Network.Layout.Output.Holds(slice)) slice.Of(step.Gradient).zero_();
    }

    /// <inheritdoc/>
    public override void EndTask(LearningTask task) => tasksEnded++;

    /// <inheritdoc/>
    public override void Visit(StateBag state) => state.Value("tasksEnded", ref tasksEnded);
}

/// <summary>Runs a method that Engram does not know.</summary>
public static class OwnMethod
{
    /// <summary>Runs it; returns the accuracy on the first task, after it and at the end.</summary>
    public static (double Learned, double Kept) Run(string? dataDirectory = null)
    {
        Laboratory laboratory = new(DataFolders.FromEnvironment(dataDirectory), typeof(FrozenBody).Assembly);
        RunConfig config = laboratory.Configure("split-digits", "frozen-body").Set("stream.samples", "500").Set("stream.testSamples", "500").Build();
        RunResult result = laboratory.Run(config);
        return (result.Matrix[1, 1], result.Matrix[result.Matrix.TaskCount, 1]);
    }
}
