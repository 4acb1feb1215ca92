using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Streams;

/// <summary>Settings that all streams share.</summary>
public abstract record StreamOptions : ISettingsRules
{
    /// <summary>What <see cref="Features"/> says where samples are to be seen as they are.</summary>
    public const string NoFeatures = "none";

    /// <summary>Which outputs compete.</summary>
    [Description("which outputs compete: task, domain or class")]
    public Scenario Scenario { get; init; }

    /// <summary>Which classes compete in the class scenario.</summary>
    [Description("classes that compete in the class scenario: seen = those met so far, all = those of tasks to come, too")]
    public ActiveClasses ActiveClasses { get; init; }

    /// <summary>Number of tasks; 0 where only the data can say it.</summary>
    [Description("number of tasks"), Range(1, 1000)]
    public virtual int Tasks { get; init; } = 5;

    /// <summary>The tasks that are learned, as numbers from 1 in the natural order; null learns all. Each keeps its own data, whatever else is learned.</summary>
    [Description("learn only these tasks, as task numbers such as 1,3; null = all"), Range(1, 1000)]
    public int[]? Only { get; init; }

    /// <summary>Order of learning as task numbers from 1; null keeps the natural order.</summary>
    [Description("order of learning as task numbers, such as 2,1"), Range(1, 1000)]
    public int[]? Order { get; init; }

    /// <summary>Whether the order of the tasks is drawn from the seed.</summary>
    [Description("draw the order of the tasks from the seed")]
    public bool ShuffleTasks { get; init; }

    /// <summary>Training samples per task, drawn from the seed; 0 takes all.</summary>
    [Description("training samples per task, drawn from the seed; 0 = all"), Range(0, int.MaxValue)]
    public virtual int Samples { get; init; }

    /// <summary>Test samples per task, drawn from the seed; 0 takes all.</summary>
    [Description("test samples per task, drawn from the seed; 0 = all"), Range(0, int.MaxValue)]
    public virtual int TestSamples { get; init; }

    /// <summary>Share of the training samples held out for validation.</summary>
    [Description("share of the training samples held out for validation"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Validation { get; init; }

    /// <summary>The frozen network that every sample is seen through; null leaves it to the stream.</summary>
    [Description("id of the frozen network that every sample is seen through, or path of an .onnx file; none = the samples themselves")]
    public string? Features { get; init; }

    /// <summary>Numbers of the tasks that are learned, in the natural order.</summary>
    public IEnumerable<int> Chosen() => Chosen(Tasks);

    /// <summary>The same where there are so many tasks.</summary>
    public IEnumerable<int> Chosen(int tasks) => Only?.Order() ?? Enumerable.Range(1, tasks);

    /// <inheritdoc/>
    public virtual IEnumerable<string> Problems(string path)
    {
        if (ActiveClasses == ActiveClasses.All && Scenario != Scenario.Class)
            yield return $"{path}.activeClasses is all, but {path}.scenario is {Scenario.ToString().ToLowerInvariant()}, which settles what competes; set {path}.scenario to class, or {path}.activeClasses to seen.";
        if (Tasks == 0) yield break;
        foreach (string problem in Problems(path, Tasks)) yield return problem;
    }

    /// <summary>What is wrong with tasks and order where there are so many tasks.</summary>
    /// <param name="path">Where the settings stand.</param>
    /// <param name="tasks">How many.</param>
    internal IEnumerable<string> Problems(string path, int tasks)
    {
        if (Only is not null && (Only.Length == 0 || Only.Distinct().Count() < Only.Length || Only.Max() > tasks))
        {
            yield return $"{path}.only is {(Only.Length == 0 ? "empty" : string.Join(",", Only))} but must name some of the tasks 1 to {tasks}, each once.";
            yield break;
        }
        if (Order is null) yield break;
        if (!Order.Order().SequenceEqual(Chosen(tasks).Order()))
            yield return $"{path}.order is {string.Join(",", Order)} but must name each of the tasks {(Only is null ? $"1 to {tasks}" : string.Join(",", Only))} once.";
        if (ShuffleTasks)
            yield return $"{path}.order and {path}.shuffleTasks are both set; leave one of them out.";
    }
}
