using Engram.Answering;
using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Evaluation;

/// <summary>Measures scores; draws nothing at random and changes nothing in method or network.</summary>
/// <param name="method">Predicts.</param>
/// <param name="device">Where the network is.</param>
/// <param name="answers">What is answered.</param>
public sealed class Evaluator(LearningMethod method, Device device, Answers answers)
{
    private const int BatchSize = 500;

    /// <summary>How good the answers to a set of samples are, 0 to 1: of classes the share that is right (<see cref="Answers.Score"/>).</summary>
    public double Accuracy(Samples samples) => answers.Score(Tally(samples));

    /// <summary>The same beside Cohen's kappa (<see cref="Answers.Kappa"/>), from the same answers.</summary>
    public (double Accuracy, double? Kappa) Measure(Samples samples)
    {
        double[] tally = Tally(samples);
        return (answers.Score(tally), answers.Kappa(tally));
    }

    /// <summary>Score of guessing among the outputs that compete once all tasks are learned.</summary>
    public static double Chance(TaskStream stream, LearningTask task) => stream.Answers.Chance(stream.Scenario == Scenario.Task ? task.Outputs.Count : stream.OutputCount);

    /// <summary>
    /// Score on a task's test data of always giving what suits the training data best, of classes the most frequent one: of the task where the task or its domain
    /// decides what competes, of all tasks together in the class scenario.
    /// </summary>
    public static double Majority(TaskStream stream, LearningTask task)
    {
        IEnumerable<LearningTask> scope = stream.Scenario == Scenario.Class ? stream.Tasks : [task];
        using var computed = NewDisposeScope();
        Tensor constant = stream.Answers.Constant(cat([.. scope.Select(one => one.Train.Targets())]), stream.OutputCount), test = task.Test.Targets();
        return stream.Answers.Score(stream.Answers.Tally(constant.expand(test.shape[0], -1), test));
    }

    private double[] Tally(Samples samples)
    {
        using BatchReader reader = new(samples.InputShape, BatchSize, device);
        int[] indices = [.. Enumerable.Range(0, samples.Count)];
        double[] tally = [];
        for (int first = 0; first < indices.Length; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            using var noGraph = no_grad();
            Batch batch = reader.Read(samples, indices.AsSpan(first, Math.Min(BatchSize, indices.Length - first)));
            double[] part = answers.Tally(method.Predict(batch), batch.Targets);
            tally = tally.Length == 0 ? part : [.. tally.Zip(part, (sum, more) => sum + more)];
        }
        return tally;
    }
}
