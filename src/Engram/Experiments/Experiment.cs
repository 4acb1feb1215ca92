using System.Diagnostics;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Experiments;

/// <summary>
/// One run: for each task learn, consolidate, score, record, checkpoint. A run that was stopped at any moment goes on from its last
/// checkpoint and ends with the same numbers, bit for bit.
/// </summary>
public sealed class Experiment : IDisposable
{
    private readonly RunConfig config;
    private readonly TaskStream stream;
    private readonly RunFolder? folder;
    private readonly LearnerState learned;
    private readonly Evaluator evaluator;
    private readonly RunHistory history;
    private readonly Stopwatch clock = new();
    private readonly Lock oneAtATime = new(); // the network's buffers serve one caller
    private RunState state = new();
    private NetworkDefinition size;

    /// <summary>Prepares a run; the method and everything made for the run is disposed with it.</summary>
    /// <param name="config">Recorded in the results.</param>
    /// <param name="stream">The tasks.</param>
    /// <param name="network">What learns.</param>
    /// <param name="method">A method that has not run yet.</param>
    /// <param name="folder">Where checkpoints and results go; null keeps the run in memory.</param>
    /// <param name="doubt">The first of the run's remarks, known before it; null for none.</param>
    public Experiment(RunConfig config, TaskStream stream, NetworkDefinition network, LearningMethod method, RunFolder? folder = null, string? doubt = null)
    {
        (this.config, this.stream, this.folder) = (config, stream, folder);
        NativeEngine.PrepareThread(config.Machine.Threads);
        Device device = ComputeDevice.Named(config.Machine.Device);
        learned = new(new(stream, network, new(config.Machine.Seed), device, (int)Math.Min(config.Training.Batch, stream.Tasks.Sum(task => (long)task.Train.Count))), method, config.Training);
        size = learned.Model.Definition;
        foreach (string remark in stream.Remarks) learned.Model.Remark(remark);
        if (doubt is not null) learned.Model.Remark(doubt);
        evaluator = new(method, device, stream.Answers);
        history = new(folder?.Path, stream.Tasks.Select(task => task.Name));
    }

    /// <summary>Runs to the end, from the folder's checkpoint where there is one. Must be called on the thread that made the object.</summary>
    /// <param name="progress">Told where the run stands; null for none.</param>
    /// <param name="cancellation">Stops the run after the current step, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">The run was stopped and can be resumed.</exception>
    /// <exception cref="EngramException">Training diverged, or a file cannot be read or written.</exception>
    public RunResult Run(Action<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        using Lock.Scope one = oneAtATime.EnterScope();
        try
        {
            return RunToEnd(progress, cancellation);
        }
        finally
        {
            folder?.Checkpoints.Finish();
        }
    }

    private RunResult RunToEnd(Action<RunProgress>? progress, CancellationToken cancellation)
    {
        clock.Restart();
        Restore();
        history.Begin();
        if (state.Rows.Count == 0) Score(progress, null);
        while (state.Finished < stream.Tasks.Count)
        {
            StopIfAsked(cancellation);
            LearningTask task = stream.Tasks[state.Finished];
            learned.Model.TasksSeen = task.Number;
            if (state.Stage == TaskStage.Waiting) Begin(task);
            if (state.Stage == TaskStage.Training) Train(task, progress, cancellation);
            End(task, progress);
        }
        folder?.Checkpoints.Finish();
        RunResult result = FinishedRun.Result(config, stream, state, learned.Model, history, state.Total + clock.Elapsed.TotalSeconds, folder?.ReadExhibits() ?? []);
        folder?.WriteResults(result);
        progress?.Invoke(Progress(RunPhase.Done, stream.Tasks[^1], 0, 0, 1, null));
        return result;
    }

    /// <summary>Answers one input with what the folder's checkpoint knows; learns nothing. Any thread may ask; one is answered at a time, and none while the run learns.</summary>
    /// <param name="input">As many numbers as an input of the stream has.</param>
    /// <param name="task">Index of the task the input belongs to, for a method or scenario that must know it; null is the last one learned.</param>
    /// <exception cref="EngramException">The run has learned nothing yet, or its checkpoint is damaged.</exception>
    public Answer Ask(float[] input, int? task = null)
    {
        using Lock.Scope one = oneAtATime.EnterScope();
        NativeEngine.PrepareThread(config.Machine.Threads);
        if (state.Rows.Count == 0) Restore();
        if (state.Finished == 0) throw EngramException.Input("nothing-learned", $"The run in '{folder?.Path}' has not finished its first task, so it has nothing to answer with; go on with 'engram resume {folder?.Path}'.");
        return new Questioner(learned.Method, learned.Model).Ask(input, task ?? state.Finished - 1);
    }

    /// <summary>Frees network, method and buffers.</summary>
    public void Dispose()
    {
        learned.Dispose();
        history.Dispose();
    }

    private void Begin(LearningTask task)
    {
        long start = Stopwatch.GetTimestamp();
        learned.Trainer!.Begin(task);
        NoteGrowth(task);
        state.Consolidate += Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (config.Training.LearningCurve > 0) BeginLearningCurve(task);
        state.Stage = TaskStage.Training;
    }

    private void BeginLearningCurve(LearningTask task)
    {
        long steps = learned.Trainer!.ScheduleFor(task).Steps;
        if (steps < config.Training.LearningCurve)
            throw EngramException.Input("invalid-setting", $"training.learningCurve is {config.Training.LearningCurve} but task {task.Number} is learned in {steps} steps; set it to {steps} or less, or train longer.");
        state.LearningCurves.Add([]);
        MeasureLearning(task);
    }

    private void Train(LearningTask task, Action<RunProgress>? progress, CancellationToken cancellation)
    {
        Schedule schedule = learned.Trainer!.ScheduleFor(task);
        long start = Stopwatch.GetTimestamp();
        double evaluated = state.Evaluate;
        learned.Trainer!.Train(task, AfterStep, Report, Validate);
        CountTime();
        state.Stage = TaskStage.Trained;
        Save();

        void AfterStep(long stepOfTask)
        {
            state.Steps++;
            NoteGrowth(task);
            if (stepOfTask <= config.Training.LearningCurve) MeasureLearning(task);
            if (config.Training.EvaluateEvery > 0 && stepOfTask % config.Training.EvaluateEvery == 0) MeasureCurve(task);
            if (stepOfTask % config.Training.CheckpointEvery == 0 && !learned.Trainer!.IsOver(schedule))
            {
                CountTime();
                Save();
            }
            if (cancellation.IsCancellationRequested) CountTime();
            StopIfAsked(cancellation);
        }

        double Validate()
        {
            long asked = Stopwatch.GetTimestamp();
            double accuracy = evaluator.Accuracy(task.Validation!);
            state.Evaluate += Stopwatch.GetElapsedTime(asked).TotalSeconds;
            return accuracy;
        }

        void Report(TrainingReport report)
        {
            if (report.Loss is { } loss) history.Add(new StepRecord(task.Number, report.Epoch, state.Steps + 1, loss));
            // A task that goes on past its schedule counts as nearly done: how long it will take nobody knows.
            progress?.Invoke(Progress(RunPhase.Training, task, report.Epoch, Math.Max(schedule.Epochs, report.Epoch), Math.Min(1, (double)report.StepOfTask / schedule.Steps), report.Loss));
        }

        void CountTime()
        {
            state.Train += Stopwatch.GetElapsedTime(start).TotalSeconds - (state.Evaluate - evaluated);
            (start, evaluated) = (Stopwatch.GetTimestamp(), state.Evaluate);
        }
    }

    private void End(LearningTask task, Action<RunProgress>? progress)
    {
        progress?.Invoke(Progress(RunPhase.Consolidating, task, 0, 0, 1, null));
        long start = Stopwatch.GetTimestamp();
        learned.Trainer!.End(task);
        NoteGrowth(task);
        state.Consolidate += Stopwatch.GetElapsedTime(start).TotalSeconds;
        KeepExhibits(task);
        if (task.Number == stream.Tasks.Count)
        {
            state.Tables.AddRange(ReadingExamples.Of(stream, new Questioner(learned.Method, learned.Model)));
            state.Tables.AddRange(ClassConfusion.Of(stream, learned.Method, learned.Model.Device));
        }
        state.Parameters.Add(learned.Method.ParameterCount);
        state.Widths.Add([.. learned.Model.Definition.Widths]);
        state.StoredBytes.Add(learned.Method.StoredBytes);
        state.StoredSamples.Add(learned.Method.StoredSamples);
        Score(progress, task);
        state.Finished++;
        state.Stage = TaskStage.Waiting;
        Save();
    }

    private void NoteGrowth(LearningTask task)
    {
        if (ReferenceEquals(size, learned.Model.Definition)) return;
        state.Growth.Add(new(task.Number, state.Steps, [.. size.Widths], [.. learned.Model.Definition.Widths]));
        size = learned.Model.Definition;
    }

    private void KeepExhibits(LearningTask task)
    {
        using var scope = NewDisposeScope();
        foreach (Exhibit exhibit in Exhibit.Of(learned.Method))
        {
            if (exhibit is ExhibitImages images) folder?.WriteExhibit(task.Number, images);
            if (exhibit is not ExhibitTable table) continue;
            state.Tables.RemoveAll(older => older.Name == table.Name);
            state.Tables.Add(table);
        }
    }

    private void Score(Action<RunProgress>? progress, LearningTask? task)
    {
        progress?.Invoke(Progress(RunPhase.Evaluating, task, 0, 0, 1, null));
        long start = Stopwatch.GetTimestamp();
        (double Accuracy, double? Kappa)[] measured = [.. stream.Tasks.Select(one => evaluator.Measure(one.Test))];
        state.Rows.Add([.. measured.Select(one => one.Accuracy)]);
        if (stream.Answers.AreClasses) state.Kappa.Add([.. measured.Select(one => one.Kappa)]);
        state.Evaluate += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void MeasureCurve(LearningTask task)
    {
        long start = Stopwatch.GetTimestamp();
        history.Add(new CurvePoint(state.Steps, task.Number, [.. stream.Tasks.Select(one => evaluator.Accuracy(one.Validation!))]));
        state.Evaluate += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void MeasureLearning(LearningTask task)
    {
        long start = Stopwatch.GetTimestamp();
        state.LearningCurves[^1].Add(evaluator.Accuracy(task.Test));
        state.Evaluate += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Only called between two whole pieces of work: anything thrown within one leaves the last checkpoint as it is.
    private void StopIfAsked(CancellationToken cancellation)
    {
        if (!cancellation.IsCancellationRequested) return;
        Save();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Save()
    {
        state.Total += clock.Elapsed.TotalSeconds;
        clock.Restart();
        if (folder is null) return;
        StateBag bag = new();
        Visit(bag);
        folder.Checkpoints.Save(bag, config);
    }

    private void Restore()
    {
        if (folder?.Checkpoint.Load(config, learned.Model.Device) is not { } checkpoint) return;
        using var scope = NewDisposeScope();
        try
        {
            Visit(checkpoint.State);
            checkpoint.State.RequireAllRead();
        }
        finally
        {
            foreach (Tensor tensor in checkpoint.Tensors) tensor.Dispose();
        }
    }

    private void Visit(StateBag bag)
    {
        bag.Value("run", ref state, least: -StateBag.MostCount, mayHoldNull: true);
        state.Check(bag, stream.Tasks.Count);
        CheckData(bag);
        history.Visit(bag.Part("history"));
        learned.Model.TasksSeen = state.Stage == TaskStage.Waiting ? state.Finished : state.Finished + 1;
        learned.Visit(bag);
        size = learned.Model.Definition;
    }

    // A checkpoint goes on with the data that it has learned from, or not at all.
    private void CheckData(StateBag bag)
    {
        string[] data = [.. stream.Fingerprints], known = data;
        bag.Value("data", ref known);
        int other = Enumerable.Range(0, data.Length).FirstOrDefault(task => known.ElementAtOrDefault(task) != data[task], -1);
        if (other >= 0 || known.Length != data.Length)
            throw EngramException.Input("other-data", $"The run in '{folder?.Path}' has learned from other data than there are now: those of {(other < 0 ? "further tasks" : $"task {other + 1} ({stream.Tasks[other].Name})")} have changed. Put the data back as they were, or start a new run in another folder.");
    }

    private RunProgress Progress(RunPhase phase, LearningTask? task, int epoch, int epochs, double share, double? loss) => new(
        phase, task?.Number ?? 0, task?.Name ?? "", stream.Tasks.Count, epoch, epochs,
        phase == RunPhase.Done ? 1 : (state.Finished + (task is null ? 0 : share)) / stream.Tasks.Count, loss, state.Rows.LastOrDefault());
}
