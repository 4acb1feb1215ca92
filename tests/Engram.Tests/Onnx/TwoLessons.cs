using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;

namespace Engram.Tests.Onnx;

/// <summary>Learners of two lessons, the second with two classes more.</summary>
internal static class TwoLessons
{
    public static readonly string[] Classes = ["red", "no \"green\"", "blue\n", "schön 黄"];

    public static Predictor Learn(Choice? method = null, Choice? network = null, Scenario scenario = Scenario.Class, params long[] shape)
    {
        NativeEngine.PrepareThread(1);
        using Learner learner = new(new()
        {
            Method = method ?? new("replay", new ExperienceReplay.Options()),
            Network = network ?? new("mlp", new Mlp.Options { Hidden = [12] }),
            Training = new() { Iterations = 40, Batch = 20, LearningRate = .02 },
            Scenario = scenario, InputShape = shape.Length == 0 ? [6] : shape,
        });
        for (int lesson = 0; lesson < 2; lesson++)
        {
            int[] classes = [.. Enumerable.Range(0, 80).Select(sample => 2 * lesson + sample % 2)];
            learner.Learn($"lesson {lesson + 1}", Samples(80, (ulong)lesson, learner.Config.InputShape, classes), [.. classes.Select(one => Classes[one])], cancellation: TestContext.Current.CancellationToken);
        }
        return learner.ToPredictor();
    }

    /// <summary>Samples around the centres of their classes, or of nothing.</summary>
    public static float[][] Samples(int count, ulong seed, IReadOnlyList<long> shape, int[]? classes = null)
    {
        RandomSource noise = new(seed + 1), centres = new(77);
        float[] numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        float[][] middle = [.. Classes.Select(_ => numbers.Select(_ => (float)centres.NextGaussian()).ToArray())];
        return [.. Enumerable.Range(0, count).Select(sample => numbers.Select((_, i) => (float)noise.NextGaussian() + (classes is null ? 0 : middle[classes[sample]][i])).ToArray())];
    }
}
