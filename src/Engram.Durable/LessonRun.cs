using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Answering;
using Engram.Methods.ClosedForm;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;

namespace Engram.Durable;

/// <summary>A learner at work on one lesson: the same trainer and the same hooks as in the laboratory, stopped and resumed at any step with the same bits.</summary>
internal sealed class LessonRun : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5); // between two saves, unless a save itself takes long
    private const int ShareOfSaving = 20; // saving takes at most a twentieth of the time

    private readonly LearnerState state;
    private readonly LearnerConfig config;
    private readonly JsonObject configuration;

    private LessonRun(LearnerState state, LearnerConfig config, JsonObject configuration) => (this.state, this.config, this.configuration) = (state, config, configuration);

    /// <summary>Steps between two saves in place of a time; null for a time.</summary>
    public int? SaveEvery { get; set; }

    /// <summary>What knows nothing yet.</summary>
    public static LessonRun Fresh(LearnerConfig config, IReadOnlyList<long> shape, int classes, LearnerCatalogs catalogs) =>
        new(new(config, new(shape, config.Scenario, OneOf.Classes, classes), catalogs, toAnswer: false), config, config.ToJson());

    /// <summary>What was saved.</summary>
    /// <param name="header">What it was made from.</param>
    /// <param name="bag">Its state.</param>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="dataOf">Data of earlier tasks, and of the one that is learned, by index; null where they are not at hand.</param>
    public static LessonRun Restore(LearnerHeader header, StateBag bag, LearnerCatalogs catalogs, Func<int, Samples?> dataOf) =>
        new(LearnerState.Restore(header, bag, catalogs, toAnswer: false, dataOf), LearnerConfig.Read(header.Config, catalogs), header.Config);

    /// <summary>The model, for what is said of it.</summary>
    public LearnerState State => state;

    /// <summary>How many tasks it knows.</summary>
    public int Tasks => state.Model.Tasks.Count;

    /// <summary>Begins a task.</summary>
    public void Begin(LearningTask task)
    {
        NativeEngine.PrepareThread(config.Machine.Threads);
        state.Model.Meet(task);
        state.Trainer!.Meet();
        state.Model.TasksSeen = task.Number;
        state.Trainer.Begin(task);
    }

    /// <summary>Learns the task that was begun, from where it stands, to its end.</summary>
    /// <param name="task">The task.</param>
    /// <param name="save">Told now and then to save where it stands, with the steps done.</param>
    /// <param name="report">Told the step and how many there are.</param>
    /// <param name="cancellation">Stops it after a step, saved.</param>
    public void Learn(LearningTask task, Action<long> save, Action<TrainingReport, long> report, CancellationToken cancellation)
    {
        NativeEngine.PrepareThread(config.Machine.Threads);
        Trainer trainer = state.Trainer!;
        long steps = trainer.ScheduleFor(task).Steps, saved = Stopwatch.GetTimestamp();
        TimeSpan pause = Pause;
        trainer.Train(task, step =>
        {
            bool stops = cancellation.IsCancellationRequested && step < steps;
            if (stops || (SaveEvery is { } every ? step % every == 0 : Stopwatch.GetElapsedTime(saved) >= pause))
            {
                long begun = Stopwatch.GetTimestamp();
                save(step);
                saved = Stopwatch.GetTimestamp();
                pause = TimeSpan.FromTicks(Math.Max(Pause.Ticks, ShareOfSaving * Stopwatch.GetElapsedTime(begun).Ticks));
            }
            if (stops) cancellation.ThrowIfCancellationRequested();
        }, one => report(one, steps));
        trainer.End(task);
    }

    /// <summary>Takes a lesson's own sums in place of learning it; the task has begun.</summary>
    /// <param name="task">The task.</param>
    /// <param name="bytes">The sums.</param>
    /// <param name="address">Where they are from, for messages.</param>
    public void Take(LearningTask task, IReadOnlyDictionary<string, byte[]> bytes, string address)
    {
        IForgetsLessons sums = (IForgetsLessons)state.Method;
        StateBytes.Restore(bytes, address, bag => sums.VisitLesson(bag, task.Index));
        state.Trainer!.End(task);
        sums.Fold();
    }

    /// <summary>All that it is now.</summary>
    /// <param name="names">Names of all classes.</param>
    /// <param name="toAnswer">Whether what answers need is enough.</param>
    public (LearnerHeader Header, StateBag State) Snapshot(IReadOnlyList<string> names, bool toAnswer = false) => state.Snapshot(configuration, new OneOf(names.Take(state.Model.OutputCount)), toAnswer);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
