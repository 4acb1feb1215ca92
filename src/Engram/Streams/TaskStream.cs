using System.Text.Json.Nodes;
using Engram.Answering;

namespace Engram.Streams;

/// <summary>Tasks in the order in which one network learns them.</summary>
public sealed class TaskStream
{
    /// <summary>Checks that the tasks fit together.</summary>
    /// <param name="id">Name of the stream, such as <c>permuted-mnist</c>.</param>
    /// <param name="scenario">Which outputs compete.</param>
    /// <param name="tasks">At least one, all with the same input shape.</param>
    /// <param name="outputs">Outputs that a network for all tasks needs, where there are more than answers of tasks: 0 counts the answers alone.</param>
    /// <param name="answers">What is answered; null for classes without names.</param>
    /// <exception cref="EngramException">There is no task, a task has no data, input shapes differ, or a training sample's answer is none of its task.</exception>
    public TaskStream(string id, Scenario scenario, IReadOnlyList<LearningTask> tasks, int outputs = 0, Answers? answers = null)
    {
        (Id, Scenario, Tasks, Answers) = (id, scenario, tasks, answers ?? OneOf.Classes);
        if (tasks.Count == 0) throw EngramException.Input("empty-stream", $"The stream '{id}' has no task; it needs at least one.");
        if (scenario == Scenario.Class && !Answers.AreClasses)
            throw EngramException.Input("wrong-scenario", $"The class scenario of '{id}' asks which of all classes it is, but its answers are {Answers.Words}; choose task or domain.");
        foreach (LearningTask task in tasks)
        {
            if (task.Train.Count == 0 || task.Test.Count == 0)
                throw EngramException.Input("empty-task", $"Task {task.Number} ({task.Name}) of '{id}' has {task.Train.Count} training and {task.Test.Count} test samples; both must be at least 1.");
            if (!task.Train.InputShape.SequenceEqual(tasks[0].Train.InputShape))
                throw EngramException.Input("shape-mismatch", $"Task {task.Number} ({task.Name}) of '{id}' has inputs of shape [{string.Join(", ", task.Train.InputShape)}], task 1 of [{string.Join(", ", tasks[0].Train.InputShape)}]; one network needs one shape.");
            RequireAnswers(task);
        }
        OutputCount = Answers.Outputs > 0 ? Answers.Outputs : Math.Max(outputs, tasks.Max(task => task.Outputs[^1] + 1));
    }

    /// <summary>How inputs and outputs read in words, where inputs are numbers of words; null where they are numbers that measure something.</summary>
    public StoryLanguage? Language { get; init; }

    /// <summary>How inputs were made of a user's own data, enough to make more of them: means, categories, size of pictures, the frozen network; null for streams that need no word.</summary>
    public JsonObject? Inputs { get; init; }

    /// <summary>What a reader of the results should know of the data, a line each.</summary>
    public IReadOnlyList<string> Remarks { get; internal set; } = [];

    /// <summary>Name of the stream.</summary>
    public string Id { get; }

    /// <summary>Which outputs compete.</summary>
    public Scenario Scenario { get; }

    /// <summary>Which classes compete in the class scenario.</summary>
    public ActiveClasses ActiveClasses { get; init; }

    /// <summary>What is answered.</summary>
    public Answers Answers { get; }

    /// <summary>The tasks in the order of learning.</summary>
    public IReadOnlyList<LearningTask> Tasks { get; }

    /// <summary>Shape of one input.</summary>
    public IReadOnlyList<long> InputShape => Tasks[0].Train.InputShape;

    /// <summary>Outputs that a network for all tasks needs.</summary>
    public int OutputCount { get; }

    /// <summary>By what a run knows the data of each task again.</summary>
    internal IReadOnlyList<string> Fingerprints => field ??= [.. Tasks.Select(DataFingerprint.Of)];

    // A label that no output stands for ends the engine with an index out of range, or is learned as another class.
    private void RequireAnswers(LearningTask task)
    {
        IReadOnlyList<int> outputs = task.Outputs;
        if (outputs.Count == 0 || outputs[0] < 0 || outputs.Zip(outputs.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw EngramException.Input("wrong-outputs", $"Task {task.Number} ({task.Name}) of '{Id}' has the outputs [{string.Join(", ", outputs.Take(20))}]; they must be numbers from 0, each once, in ascending order, and one at least.");
        foreach (Samples samples in new[] { task.Train, task.Test }) RequireNumbers(task, samples);
        if (!Answers.AreClasses) return;
        HashSet<int> known = [.. outputs];
        for (int i = 0; i < task.Train.Count; i++)
            if (task.Train.Target(i) is var target && !known.Contains(target))
                throw EngramException.Input("wrong-label", $"Training sample {i} of task {task.Number} ({task.Name}) of '{Id}' has the label {target}, which is none of the task's outputs [{string.Join(", ", outputs.Take(20))}{(outputs.Count > 20 ? ", ..." : "")}]; name it among them, or leave the sample out.");
    }

    // A target that is no number, or a yes that is neither 0 nor 1, is learned without a word.
    private void RequireNumbers(LearningTask task, Samples samples)
    {
        int count = Answers.TargetNumbers;
        if (samples.TargetNumbers != count)
            throw EngramException.Input("wrong-target", $"Task {task.Number} ({task.Name}) of '{Id}' has {Targets(samples.TargetNumbers)}, but its answers are {Answers.Words} and need {Targets(count)}.");
        if (Answers.Outputs > 0 && task.Outputs[^1] >= Answers.Outputs)
            throw EngramException.Input("wrong-outputs", $"Task {task.Number} ({task.Name}) of '{Id}' names output {task.Outputs[^1]}, but its answers have {Answers.Outputs} outputs, 0 to {Answers.Outputs - 1}.");
        float[] target = new float[count];
        for (int sample = 0; count > 0 && sample < samples.Count; sample++)
        {
            samples.ReadTarget(sample, target);
            int place = Array.FindIndex(target, number => !float.IsFinite(number) || Answers.Problem(number) is not null);
            if (place >= 0)
                throw EngramException.Input("wrong-target", $"Sample {sample} of the {(ReferenceEquals(samples, task.Test) ? "test" : "training")} data of task {task.Number} ({task.Name}) of '{Id}' has {target[place]} as number {place} of its target, counted from 0, which must be {Answers.Problem(target[place]) ?? "finite"}. Mend the sample or leave it out.");
        }

        static string Targets(int numbers) => numbers == 0 ? "targets that are the index of one output" : $"targets of {numbers} numbers";
    }
}
