using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Evaluation;

/// <summary>Measures accuracies; draws nothing at random and changes nothing in method or network.</summary>
/// <param name="method">Predicts.</param>
/// <param name="device">Where the network is.</param>
public sealed class Evaluator(LearningMethod method, Device device)
{
    private const int BatchSize = 500;

    /// <summary>Share of samples whose highest score is the right output, 0 to 1.</summary>
    public double Accuracy(Samples samples)
    {
        using BatchReader reader = new(samples.InputShape, BatchSize, device);
        int[] indices = [.. Enumerable.Range(0, samples.Count)];
        long right = 0;
        for (int first = 0; first < indices.Length; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            using var noGraph = no_grad();
            Batch batch = reader.Read(samples, indices.AsSpan(first, Math.Min(BatchSize, indices.Length - first)));
            right += method.Predict(batch).argmax(1).eq(batch.Targets).sum().item<long>();
        }
        return (double)right / samples.Count;
    }

    /// <summary>Accuracy of guessing: 1 / number of outputs that compete once all tasks are learned.</summary>
    public static double Chance(TaskStream stream, LearningTask task) => 1.0 / (stream.Scenario == Scenario.Task ? task.Outputs.Count : stream.OutputCount);

    /// <summary>
    /// Accuracy on a task's test data of always giving the most frequent training answer: of the task where the task or its domain
    /// decides what competes, of all tasks together in the class scenario.
    /// </summary>
    public static double Majority(TaskStream stream, LearningTask task)
    {
        IEnumerable<LearningTask> scope = stream.Scenario == Scenario.Class ? stream.Tasks : [task];
        int[] counts = new int[stream.OutputCount];
        foreach (Samples samples in scope.Select(one => one.Train))
            for (int i = 0; i < samples.Count; i++) counts[samples.Target(i)]++;
        int majority = Array.IndexOf(counts, counts.Max());
        int right = Enumerable.Range(0, task.Test.Count).Count(i => task.Test.Target(i) == majority);
        return (double)right / task.Test.Count;
    }
}
