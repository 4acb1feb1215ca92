using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Evaluation;

/// <summary>Which class is taken for which: for streams whose classes have names.</summary>
public static class ClassConfusion
{
    /// <summary>Most classes that one table shows.</summary>
    public const int Most = 20;

    private const int BatchSize = 500;

    /// <summary>How the test data of each class are answered, all tasks together; of many classes those with the lowest share of right answers. Empty where classes have no names.</summary>
    /// <param name="stream">The tasks.</param>
    /// <param name="method">Predicts; nothing in it changes.</param>
    /// <param name="device">Where the network is.</param>
    public static IEnumerable<ExhibitTable> Of(TaskStream stream, LearningMethod method, Device device)
    {
        IReadOnlyList<string> names = stream.Answers.Names;
        if (names.Count < 2 || !stream.Answers.AreClasses) return [];
        Dictionary<(long Right, long Answered), int> counts = [];
        foreach (LearningTask task in stream.Tasks) Count(task.Test, method, device, counts);
        Dictionary<long, int> tested = counts.GroupBy(one => one.Key.Right).ToDictionary(one => one.Key, one => one.Sum(pair => pair.Value));
        long[] shown = [.. tested.Keys.OrderBy(Share).ThenBy(one => one).Take(Most).Order()];
        return [new("classes and what they are taken for", "test samples of", [.. shown.Select(one => names[(int)one])], "are answered", [.. shown.Select(one => names[(int)one])],
            [.. shown.Select(right => shown.Select(answered => (double?)counts.GetValueOrDefault((right, answered)) / tested[right]).ToArray())],
            "Asked after the last task; the diagonal is right." + (shown.Length < names.Count ? $" Shown are the {shown.Length} of {names.Count} classes that are known least." : ""))];

        double Share(long one) => (double)counts.GetValueOrDefault((one, one)) / tested[one];
    }

    private static void Count(Samples samples, LearningMethod method, Device device, Dictionary<(long, long), int> counts)
    {
        using BatchReader reader = new(samples.InputShape, Math.Min(BatchSize, samples.Count), device);
        foreach (int[] part in Enumerable.Range(0, samples.Count).Chunk(BatchSize))
        {
            using var scope = NewDisposeScope();
            using var noGraph = no_grad();
            Batch batch = reader.Read(samples, part);
            long[] answered = method.Predict(batch).argmax(1).cpu().data<long>().ToArray(), right = batch.Targets.cpu().data<long>().ToArray();
            for (int i = 0; i < right.Length; i++) counts[(right[i], answered[i])] = counts.GetValueOrDefault((right[i], answered[i])) + 1;
        }
    }
}
