using Engram.Methods;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

/// <summary>A few points in the plane with their classes, as the data of one task.</summary>
internal sealed class Points(int task, params (float X, float Y, int Target)[] points) : Samples
{
    public override int Count => points.Length;

    public override IReadOnlyList<long> InputShape => [2];

    public override IReadOnlyList<int> Lessons => [task];

    public override void Read(int sample, Span<float> input) => (input[0], input[1]) = (points[sample].X, points[sample].Y);

    public override int Target(int sample) => points[sample].Target;

    public override int Task(int sample) => task;

    /// <summary>A model with one hidden layer on tasks of some classes each; a class may be without points.</summary>
    public static Model Model(Scenario scenario, int[] classes, params Points[] data)
    {
        int first = 0;
        List<LearningTask> tasks = [];
        for (int task = 0; task < data.Length; task++)
        {
            tasks.Add(new(task, $"task {task + 1}", data[task], null, data[task], [.. Enumerable.Range(first, classes[task])]));
            if (scenario != Scenario.Domain) first += classes[task];
        }
        return new(new TaskStream("points", scenario, tasks), Toy.Network(5), new(3), CPU, 4);
    }

    /// <summary>All points as one batch.</summary>
    public Batch Batch()
    {
        Tensor inputs = empty(Count, 2), targets = empty(Count, dtype: int64);
        for (int i = 0; i < Count; i++)
        {
            inputs[i, 0] = points[i].X;
            inputs[i, 1] = points[i].Y;
            targets[i] = (long)points[i].Target;
        }
        return new(inputs, targets, [task]);
    }
}
