using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Experiments;

/// <summary>Puts together what a run leaves once its last task is learned.</summary>
internal static class FinishedRun
{
    /// <summary>Its results.</summary>
    /// <param name="config">What was run.</param>
    /// <param name="stream">The tasks.</param>
    /// <param name="state">What was measured.</param>
    /// <param name="model">What learned.</param>
    /// <param name="history">Losses and curves.</param>
    /// <param name="seconds">How long it took in all.</param>
    /// <param name="exhibits">Pictures that the method has shown.</param>
    public static RunResult Result(RunConfig config, TaskStream stream, RunState state, Model model, RunHistory history, double seconds, IReadOnlyList<StoredExhibit> exhibits)
    {
        AccuracyMatrix matrix = new([.. stream.Tasks.Select(task => task.Name)], [.. state.Rows]);
        double[] learningCurve = [.. Enumerable.Range(0, config.Training.LearningCurve > 0 ? config.Training.LearningCurve + 1 : 0).Select(step => state.LearningCurves.Average(task => task[step]))];
        int[] testSamples = [.. stream.Tasks.Select(task => task.Test.Count)];
        using Tensor weights = model.Network.Parameters.cpu();
        return new()
        {
            Engram = EngramVersion.Current,
            Engine = NativeEngine.Description,
            Stream = config.StreamName,
            Scenario = stream.Scenario.ToString().ToLowerInvariant(),
            Method = config.Method.Id,
            Network = config.Network.Id,
            Seed = config.Machine.Seed,
            Tasks = [.. stream.Tasks.Select(task => task.Name)],
            Matrix = matrix,
            Kappa = [.. state.Kappa],
            Chance = [.. stream.Tasks.Select(task => Evaluator.Chance(stream, task))],
            Majority = [.. stream.Tasks.Select(task => Evaluator.Majority(stream, task))],
            TestSamples = testSamples,
            Metrics = MetricCatalog.ValuesOf(new(matrix)
            {
                SharesOutputs = stream.Scenario == Scenario.Domain, TestSamples = testSamples, Kappa = state.Kappa, LearningCurve = learningCurve,
                Parameters = state.Parameters, StoredSamples = state.StoredSamples, TrainingSamples = stream.Tasks.Sum(task => (double)task.Train.Count),
            }),
            Parameters = [.. state.Parameters],
            Widths = [.. state.Widths],
            Growth = [.. state.Growth],
            Remarks = [.. model.Remarks],
            StoredBytes = [.. state.StoredBytes],
            StoredSamples = [.. state.StoredSamples],
            Seconds = new(state.Train, state.Consolidate, state.Evaluate, seconds),
            Weights = Convert.ToHexStringLower(SHA256.HashData(weights.bytes)),
            Config = config.ToJson(),
            Steps = history.Steps,
            Curves = [.. history.Curves],
            LearningCurve = learningCurve,
            Classes = [.. stream.Answers.Names],
            Inputs = (JsonObject?)stream.Inputs?.DeepClone(),
            Tables = [.. state.Tables],
            Exhibits = exhibits,
        };
    }
}
