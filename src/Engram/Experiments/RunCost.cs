using System.Reflection;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;

namespace Engram.Experiments;

/// <summary>
/// How long a run would take, before anything is measured: its steps, each with a batch once forward and twice backward through the network's
/// parameters, and its tests after every task, on one core of today. What a method does besides, and what convolutions and recurrences repeat, it does
/// not know; <see cref="MeasuredCost"/> corrects it by runs that have ended.
/// </summary>
internal static class RunCost
{
    // A core of today multiplies and adds so often in a second, a step takes so long however small its batch is, and so does a run.
    private const double ProductsASecond = 1e10, StepSeconds = 1e-4, SecondsToBegin = 0.5;
    private const int TestBatch = 500;

    /// <summary>An estimate in seconds.</summary>
    /// <param name="laboratory">Makes the stream.</param>
    /// <param name="config">The run.</param>
    /// <exception cref="EngramException">Data are missing or damaged, or do not fit the settings.</exception>
    public static double Seconds(Laboratory laboratory, RunConfig config)
    {
        // Samples are counted as they are on disk: to see them through a frozen network may take longer than the run.
        TaskStream stream = laboratory.Stream(config with { Stream = config.Stream with { Options = (StreamOptions)config.Stream.Options with { Features = StreamOptions.NoFeatures } } });
        using LearningMethod method = laboratory.Catalogs.Methods.Create(config.Method.Id, config.Method.Options);
        double parameters = laboratory.Catalogs.Networks.Create(config.Network.Id, config.Network.Options).Layout(stream.InputShape, stream.OutputCount).Count;
        double steps = Steps(config, stream, method), tests = stream.Tasks.Sum(task => (double)task.Test.Count) * (stream.Tasks.Count + 1);
        return SecondsToBegin + steps * (StepSeconds + 3 * config.Training.Batch * parameters / ProductsASecond) + tests * (StepSeconds / TestBatch + parameters / ProductsASecond);
    }

    // Whoever learns all tasks together begins anew with each and learns the earlier ones again.
    private static double Steps(RunConfig config, TaskStream stream, LearningMethod method)
    {
        bool learnsAllAtOnce = method.GetType().GetCustomAttribute<MethodAttribute>()?.Bound == Bound.Upper;
        double steps = 0;
        int soFar = 0;
        foreach (LearningTask task in stream.Tasks)
        {
            soFar += task.Train.Count;
            int samples = learnsAllAtOnce ? soFar : task.Train.Count;
            IReadOnlyList<int> lessons = learnsAllAtOnce ? [.. Enumerable.Range(0, task.Number)] : task.Train.Lessons;
            steps += method.LearnsByGradient ? config.Training.ScheduleFor(samples, lessons).Steps : Math.Ceiling((double)samples / config.Training.Batch);
        }
        return steps;
    }
}
