using System.Reflection;
using Engram.Answering;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Training;

/// <summary>
/// A network that goes on learning: a task today, another next month, in this program or another one, without knowing how many there will be. A task
/// may bring new classes, old ones, or both; classes are known by name. <see cref="Save"/> keeps all that was learned in one file,
/// <see cref="ToPredictor"/> makes what answers from any number of threads.
/// </summary>
/// <remarks>Not thread-safe: one thread learns. What fails costs nothing that was saved; a learner that failed while it learned is to be loaded anew.</remarks>
/// <example><code>
/// using Learner learner = new(new() { Method = new("replay", new ExperienceReplay.Options()) });
/// learner.Learn("october", measurements, labels);
/// learner.Save("machine.learner");
/// </code></example>
public sealed class Learner : IDisposable
{
    private const string FileKind = "a learner's file";

    private readonly LearnerCatalogs catalogs;
    private readonly ClassNames names = new();
    private readonly Answers? given;
    private LearnerState? state;
    private BatchReader? reader;
    private LearningTask? open; // a task that is learned batch by batch
    private bool failed;

    /// <summary>Makes a learner that knows nothing.</summary>
    /// <param name="config">Method, network, training, scenario, seed.</param>
    /// <param name="answers">What is answered; null for classes, which get their names from the data.</param>
    /// <param name="assemblies">A program's own assemblies, with its own methods and networks.</param>
    /// <exception cref="EngramException">There is no such method or network, or the method cannot do the scenario or learn such answers.</exception>
    public Learner(LearnerConfig config, Answers? answers = null, params Assembly[] assemblies)
        : this(new LearnerCatalogs(assemblies), config, answers)
    {
    }

    private Learner(LearnerCatalogs catalogs, LearnerConfig config, Answers? answers)
    {
        (Config, given, this.catalogs) = (config, answers, catalogs);
        MethodAttribute declared = catalogs.Methods.Find(config.Method.Id).Attribute;
        catalogs.Networks.Find(config.Network.Id);
        if (!declared.Scenarios.Contains(config.Scenario))
            throw EngramException.Input("unsupported-scenario", $"{declared.Id} cannot do the {config.Scenario.ToString().ToLowerInvariant()} scenario: {declared.Reason}; choose {string.Join(" or ", declared.Scenarios).ToLowerInvariant()}.");
        if (answers is { AreClasses: true }) names.Add(answers.Names);
        if (answers is { AreClasses: false } && config.Scenario == Scenario.Class)
            throw EngramException.Input("wrong-scenario", $"The class scenario asks which of all classes it is, but the answers are {answers.Words}; choose task or domain.");
        if (answers is not null) declared.RequireAnswers(answers);
        if (config.Training.ProblemWith(declared) is { } problem) throw EngramException.Input("invalid-setting", problem);
        if (config.Training.WatchesValidation)
            throw EngramException.Input("no-validation", "training.patience and training.schedule=plateau need validation data, which a learner does not hold out; leave them out.");
    }

    /// <summary>What it was made with.</summary>
    public LearnerConfig Config { get; }

    /// <summary>What is answered: classes with their names in order of first sight, or the labels or numbers it was made for.</summary>
    public Answers Answers => given is { AreClasses: false } ? given : new OneOf(names.Names);

    /// <summary>Names of the tasks begun so far.</summary>
    public IReadOnlyList<string> Tasks => state is null ? [] : [.. state.Model.Tasks.Take(state.Model.TasksSeen).Select(task => task.Name)];

    /// <summary>What people should know, in the order in which it was said.</summary>
    public IReadOnlyList<string> Remarks => state?.Model.Remarks ?? [];

    /// <summary>Learns a task whose samples each are of one class.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="inputs">All of the same length.</param>
    /// <param name="labels">Name of each sample's class, old ones and new ones.</param>
    /// <param name="progress">Told every <see cref="TrainingOptions.LogEvery"/> steps; null for none.</param>
    /// <param name="cancellation">Ends it after the current step; the learner is then to be loaded anew.</param>
    /// <exception cref="EngramException">Something is wrong with the data, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Learn(string task, IReadOnlyList<float[]> inputs, IReadOnlyList<string> labels, Action<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        if (!Answers.AreClasses) throw EngramException.Input("wrong-target", $"The learner's answers are {Answers.Words}, but names of classes are given; give {Answers.TargetNumbers} numbers for each sample.");
        RequireOutside(task);
        RequireFit(task, inputs);
        if (inputs.Count != labels.Count) throw EngramException.Input("wrong-target", $"Task '{task}' has {inputs.Count} inputs and {labels.Count} labels; give one label for each input.");
        int[] outputs = names.OutputsOf(task, labels);
        ArraySamples samples = new(inputs, outputs, NextIndex, ShapeOf(inputs));
        LearnWhole(new(NextIndex, task, samples, null, samples, [.. outputs.Distinct().Order()]), progress, cancellation);
    }

    /// <summary>Learns a task whose samples each have several labels, or numbers.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="inputs">All of the same length.</param>
    /// <param name="targets">For each sample 0 or 1 for each label, or the numbers.</param>
    /// <param name="progress">As in the other one.</param>
    /// <param name="cancellation">As in the other one.</param>
    /// <exception cref="EngramException">Something is wrong with the data, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Learn(string task, IReadOnlyList<float[]> inputs, IReadOnlyList<float[]> targets, Action<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        if (Answers.AreClasses) throw EngramException.Input("wrong-target", $"The learner's answers are {Answers.Words}, but numbers are given; give the name of each sample's class, or make the learner with other answers.");
        RequireOutside(task);
        RequireFit(task, inputs);
        ArraySamples samples = new(inputs, targets, NextIndex, ShapeOf(inputs));
        LearningTask next = new(NextIndex, task, samples, null, samples, [.. Enumerable.Range(0, Answers.Outputs)]);
        _ = new TaskStream("data", Config.Scenario, [next with { Index = 0 }], answers: Answers); // refuses targets that are none, with their place
        LearnWhole(next, progress, cancellation);
    }

    /// <summary>Begins a task that is learned batch by batch, as they come, however many.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="inputs">A first batch, for its shape; it is not learned yet.</param>
    /// <param name="classes">Names of the task's classes, where classes are answered.</param>
    /// <exception cref="EngramException">The method needs a task's data at its beginning or end.</exception>
    public void Begin(string task, IReadOnlyList<float[]> inputs, params IReadOnlyList<string> classes)
    {
        MethodAttribute declared = catalogs.Methods.Find(Config.Method.Id).Attribute;
        if (!declared.LearnsFromBatches)
            throw EngramException.Input("needs-data", $"{declared.Id} needs a task's data at its beginning or its end and cannot learn from batches alone; give the whole task to Learn, or choose a method that can: {string.Join(", ", catalogs.Methods.Entries.Select(entry => entry.Attribute).Where(one => one.LearnsFromBatches).Select(one => one.Id))}.");
        if (Config.Training.ClassWeights != ClassWeights.None) throw EngramException.Input("needs-data", "training.classWeights is balanced, which counts the classes of a whole task; give the whole task to Learn, or leave it out.");
        RequireOutside(task);
        RequireFit(task, inputs);
        if (Answers.AreClasses && classes.Count == 0) throw EngramException.Input("missing-classes", $"Task '{task}' names no class; name those that its batches may have.");
        int[] outputs = Answers.AreClasses ? [.. names.OutputsOf(task, classes).Distinct().Order()] : [.. Enumerable.Range(0, Answers.Outputs)];
        AbsentSamples none = new(NextIndex, task, 0, ShapeOf(inputs), Answers.TargetNumbers);
        Enter(open = new(NextIndex, task, none, null, none, outputs));
        reader = new(none.InputShape, Config.Training.Batch, state!.Model.Device);
    }

    /// <summary>One step on a batch of the task that was begun.</summary>
    /// <param name="inputs">At most <see cref="TrainingOptions.Batch"/> samples.</param>
    /// <param name="labels">Name of each sample's class.</param>
    /// <exception cref="EngramException">No task is open, or something is wrong with the batch; nothing is learned from it then.</exception>
    public void Learn(IReadOnlyList<float[]> inputs, IReadOnlyList<string> labels)
    {
        LearningTask task = RequireOpen(inputs);
        int[] outputs = new int[labels.Count];
        for (int i = 0; i < labels.Count; i++)
        {
            outputs[i] = names.OutputOf(labels[i]);
            if (!task.Outputs.Contains(outputs[i])) throw EngramException.Input("wrong-label", $"Sample {i} of the batch has the label '{labels[i]}', which is none of task '{task.Name}': {string.Join(", ", task.Outputs.Select(output => names.Names[output]))}. Name it when the task begins.");
        }
        Step(new ArraySamples(inputs, outputs, task.Index, ShapeOf(inputs)));
    }

    /// <summary>The same for several labels or numbers.</summary>
    /// <param name="inputs">At most <see cref="TrainingOptions.Batch"/> samples.</param>
    /// <param name="targets">Targets, as in <see cref="Learn(string, IReadOnlyList{float[]}, IReadOnlyList{float[]}, Action{TrainingReport}?, CancellationToken)"/>.</param>
    public void Learn(IReadOnlyList<float[]> inputs, IReadOnlyList<float[]> targets)
    {
        LearningTask task = RequireOpen(inputs);
        ArraySamples samples = new(inputs, targets, task.Index, ShapeOf(inputs));
        _ = new TaskStream("batch", Config.Scenario, [task with { Index = 0, Train = samples, Test = samples }], answers: Answers);
        Step(samples);
    }

    /// <summary>Ends the task that is open.</summary>
    /// <exception cref="EngramException">None is.</exception>
    public void End()
    {
        LearningTask task = open ?? throw NotBegun();
        Guard(() => state!.Trainer!.End(task));
        reader!.Dispose();
        (open, reader) = (null, null);
    }

    /// <summary>Writes all that was learned to one file, which is replaced as a whole.</summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="EngramException">It cannot be written, nothing was learned yet, a task is open, or learning failed.</exception>
    public void Save(string path)
    {
        var (header, learned) = Snapshot();
        StateFile.Save(path, learned, header.ToJson());
    }

    /// <summary>Goes on with a learner that was saved, as if it had never stopped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="assemblies">A program's own assemblies, with its own methods and networks.</param>
    /// <exception cref="EngramException">The file cannot be read, is damaged, or is of another kind or version.</exception>
    public static Learner Load(string path, params Assembly[] assemblies)
    {
        LearnerCatalogs catalogs = new(assemblies);
        var (tensors, values, json) = StateFile.Read(SafeTensors.Read(path), path, FileKind);
        try
        {
            LearnerHeader header = LearnerHeader.Read(json);
            return new(catalogs, LearnerConfig.Read(header.Config, catalogs), header.Answers) { state = LearnerState.Restore(header, new(tensors, values), catalogs, toAnswer: false) };
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>What answers from now on, from any number of threads, whatever this learner does next; the caller's.</summary>
    /// <exception cref="EngramException">Nothing was learned yet, or learning failed.</exception>
    public Predictor ToPredictor()
    {
        var (header, learned) = Snapshot(toAnswer: true);
        return new(header, learned, catalogs);
    }

    /// <summary>Frees the network and what the method keeps.</summary>
    public void Dispose()
    {
        reader?.Dispose();
        state?.Dispose();
    }

    private int NextIndex => state?.Model.Tasks.Count ?? 0;

    private (LearnerHeader Header, StateBag State) Snapshot(bool toAnswer = false)
    {
        RequireSound();
        if (state is null) throw EngramException.Input("nothing-learned", "The learner has learned nothing yet; let it learn a task first.");
        if (open is not null) throw EngramException.Input("task-open", $"Task '{open.Name}' is still open; end it first.");
        return state.Snapshot(Config.ToJson(), Answers, toAnswer);
    }

    private void LearnWhole(LearningTask task, Action<TrainingReport>? progress, CancellationToken cancellation)
    {
        Enter(task);
        Guard(() =>
        {
            state!.Trainer!.Train(task, _ => cancellation.ThrowIfCancellationRequested(), report => progress?.Invoke(report));
            state.Trainer.End(task);
        });
    }

    // Everything that can be wrong with the data is known by now.
    private void Enter(LearningTask task)
    {
        NativeEngine.PrepareThread(Config.Machine.Threads);
        Answers answers = given ?? OneOf.Classes;
        int outputs = answers.Outputs > 0 ? answers.Outputs : names.Names.Count;
        state ??= new(Config, new(task.Train.InputShape, Config.Scenario, answers, outputs), catalogs, toAnswer: false);
        Guard(() =>
        {
            state.Model.Meet(task);
            state.Trainer!.Meet();
            state.Model.TasksSeen = task.Number;
            state.Trainer.Begin(task);
        });
    }

    private void Step(ArraySamples batch) => Guard(() => state!.Trainer!.Step(reader!.Read(batch, [.. Enumerable.Range(0, batch.Count)]), open!));

    // A method that was stopped within a hook may have done half of it.
    private void Guard(Action learn)
    {
        RequireSound();
        failed = true;
        learn();
        failed = false;
    }

    private void RequireOutside(string task)
    {
        RequireSound();
        if (open is not null) throw EngramException.Input("task-open", $"Task '{open.Name}' is still open, so '{task}' cannot begin; end it first.");
        if (string.IsNullOrWhiteSpace(task)) throw EngramException.Input("missing-name", "The task has no name; give it one.");
    }

    private void RequireFit(string task, IReadOnlyList<float[]> inputs)
    {
        if (inputs.Count == 0) throw EngramException.Input("empty-task", $"Task '{task}' has no sample; it needs at least one.");
        long expected = ShapeOf(inputs).Aggregate(1L, (product, size) => product * size);
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].Length != expected) throw EngramException.Input("wrong-input", $"Sample {i} of task '{task}' has {inputs[i].Length} numbers, but the learner takes {expected}; all inputs need as many.");
            if (FiniteInput.FirstNot(inputs[i]) is >= 0 and var place) throw EngramException.Input("not-finite", $"Sample {i} of task '{task}' has {inputs[i][place]} as number {place} of its input, counted from 0; inputs must be finite. Mend the sample or leave it out.");
        }
    }

    private IReadOnlyList<long> ShapeOf(IReadOnlyList<float[]> inputs) => state?.Model.Form.InputShape ?? (Config.InputShape.Count > 0 ? Config.InputShape : [inputs[0].Length]);

    private LearningTask RequireOpen(IReadOnlyList<float[]> inputs)
    {
        RequireSound();
        LearningTask task = open ?? throw NotBegun();
        RequireFit(task.Name, inputs);
        if (inputs.Count > Config.Training.Batch) throw EngramException.Input("wrong-input", $"The batch has {inputs.Count} samples, but training.batch is {Config.Training.Batch}; give at most so many.");
        return task;
    }

    private void RequireSound()
    {
        if (failed) throw new InvalidOperationException("Learning was stopped or failed before, which leaves the learner half way; load it anew from its file.");
    }

    private static EngramException NotBegun() => EngramException.Input("no-task", "No task is open; begin one first, or give a whole task with its name.");
}
