using System.Collections.Concurrent;
using System.Reflection;
using Engram.Methods;
using Engram.Streams;

namespace Engram.Experiments;

/// <summary>
/// How long runs would take, before anything is measured: their steps, each with a batch once forward and twice backward through the network's
/// parameters, and their tests after every task, on one core of today. A sequence passes through the parameters with each of its steps. What a method does
/// besides, and how often a convolution repeats its weights, it does not know; <see cref="MeasuredCost"/> corrects it by runs that have ended.
/// </summary>
/// <param name="laboratory">Makes the streams, each looked at once.</param>
internal sealed class RunCost(Laboratory laboratory)
{
    // A core of today multiplies and adds so often in a second, a step takes so long however small its batch is, and so does a run.
    private const double ProductsASecond = 1e10, StepSeconds = 1e-4, SecondsToBegin = 0.5;
    private const int TestBatch = 500;

    private readonly ConcurrentDictionary<string, Lazy<StreamSize>> sizes = [];

    /// <summary>An estimate in seconds.</summary>
    /// <exception cref="EngramException">Data are missing or damaged, or do not fit the settings.</exception>
    public double Seconds(RunConfig config)
    {
        StreamSize stream = sizes.GetOrAdd(config.Stream.ToJson().ToJsonString(), _ => new(() => Look(config))).Value;
        using LearningMethod method = laboratory.Catalogs.Methods.Create(config.Method.Id, config.Method.Options);
        double parameters = laboratory.Catalogs.Networks.Create(config.Network.Id, config.Network.Options).Layout(stream.InputShape, stream.Outputs).Count;
        double products = parameters * (stream.InputShape is [var moments, _] ? moments : 1), tests = stream.Tests.Sum(count => (double)count) * (stream.Tests.Length + 1);
        return SecondsToBegin + Steps(config, stream, method) * (StepSeconds + 3 * config.Training.Batch * products / ProductsASecond) + tests * (StepSeconds / TestBatch + products / ProductsASecond);
    }

    // Samples are counted as they are on disk: to see them through a frozen network may take longer than the run.
    private StreamSize Look(RunConfig config)
    {
        TaskStream stream = laboratory.Stream(config with { Stream = config.Stream with { Options = (StreamOptions)config.Stream.Options with { Features = StreamOptions.NoFeatures } } });
        return new([.. stream.InputShape], stream.OutputCount, [.. stream.Tasks.Select(task => task.Train.Count)], [.. stream.Tasks.Select(task => task.Train.Lessons)], [.. stream.Tasks.Select(task => task.Test.Count)]);
    }

    // Whoever learns all tasks together begins anew with each and learns the earlier ones again.
    private static double Steps(RunConfig config, StreamSize stream, LearningMethod method)
    {
        bool learnsAllAtOnce = method.GetType().GetCustomAttribute<MethodAttribute>()?.Bound == Bound.Upper;
        double steps = 0;
        int soFar = 0;
        for (int task = 0; task < stream.Train.Length; task++)
        {
            soFar += stream.Train[task];
            int samples = learnsAllAtOnce ? soFar : stream.Train[task];
            IReadOnlyList<int> lessons = learnsAllAtOnce ? [.. Enumerable.Range(0, task + 1)] : stream.Lessons[task];
            steps += method.LearnsByGradient ? config.Training.ScheduleFor(samples, lessons).Steps : Math.Ceiling((double)samples / config.Training.Batch);
        }
        return steps;
    }

    private sealed record StreamSize(long[] InputShape, int Outputs, int[] Train, IReadOnlyList<int>[] Lessons, int[] Tests);
}
