using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>Every task brings some of the classes: 0/1, then 2/3, and so on (Zenke et al. 2017, arXiv 1703.04200).</summary>
[Stream("split", Family = "images", Summary = "each task brings some of the classes: 0/1, then 2/3, and so on", Paper = "Zenke et al. 2017, arXiv 1703.04200")]
[DatasetDefaults("cifar-100", """{"stream":{"tasks":10,"classesPerTask":10}}""")]
public sealed class SplitImages(SplitImages.Options options) : ImageStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ImageStreamOptions
    {
        /// <summary>Task-incremental unless told otherwise.</summary>
        public Options() => Scenario = Scenario.Task;

        /// <summary>Classes that a task brings.</summary>
        [Description("classes that each task brings"), Range(1, 1000)]
        public int ClassesPerTask { get; init; } = 2;

        /// <summary>Classes that the first task brings, where it brings more or fewer than the others; null is as many as they.</summary>
        [Description("classes that the first task brings, the base knowledge of incremental learning; left out as many as the others"), Range(1, 1000)]
        public int? BaseClasses { get; init; }

        /// <summary>Whether the seed draws which classes come together.</summary>
        [Description("draw from the seed which classes come together")]
        public bool ShuffleClasses { get; init; }

        /// <summary>Labels in the order in which tasks take them; null counts up from 0.</summary>
        [Description("labels in the order in which tasks take them, such as 1,2,3,0; left out they count up from 0"), Range(0, 1_000_000)]
        public int[]? ClassOrder { get; init; }

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (BaseClasses is not null && (ShuffleTasks || Order is [not 1, ..]))
                yield return $"{path}.baseClasses is {BaseClasses}, so the first task must stay the first; leave {(ShuffleTasks ? $"{path}.shuffleTasks out and set {path}.shuffleClasses" : $"{path}.order out and set {path}.classOrder")}.";
            if (BaseClasses is not null && Scenario == Scenario.Domain)
                yield return $"{path}.baseClasses is {BaseClasses}, but in the domain scenario all tasks have the same outputs; set {path}.scenario to class or task.";
            if (ClassOrder is null) yield break;
            if (ClassOrder.Distinct().Count() < ClassOrder.Length || ClassOrder.Length < ClassCount)
                yield return $"{path}.classOrder is {string.Join(",", ClassOrder)} but must name {CountInWords} different labels, {path}.classesPerTask for each task.";
            if (ShuffleClasses) yield return $"{path}.classOrder and {path}.shuffleClasses are both set; leave one of them out.";
        }

        internal int ClassCount => (BaseClasses ?? ClassesPerTask) + (Tasks - 1) * ClassesPerTask;

        internal string CountInWords => BaseClasses is null ? $"{Tasks} x {ClassesPerTask}" : $"{BaseClasses} + {Tasks - 1} x {ClassesPerTask}";
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed)
    {
        int classes = dataset.ClassNames.Count;
        if (options.ClassCount > classes)
        {
            string product = options.BaseClasses is null ? "stream.tasks x stream.classesPerTask" : "stream.baseClasses + (stream.tasks - 1) x stream.classesPerTask";
            throw EngramException.Input("invalid-setting", $"{product} is {options.CountInWords} but the data set has {classes} classes; set one of them lower.");
        }
        if (options.ClassOrder is { } given && given.Max() >= classes)
            throw EngramException.Input("invalid-setting", $"stream.classOrder has the label {given.Max()} but the data set has the labels 0 to {classes - 1}; name only those.");
        int[] labels = options.ClassOrder ?? (options.ShuffleClasses ? seed.For("classes").Permutation(classes) : [.. Enumerable.Range(0, classes)]);
        int first = options.BaseClasses ?? options.ClassesPerTask;
        return [.. labels.Skip(first).Chunk(options.ClassesPerTask).Take(options.Tasks - 1).Prepend(labels[..first]).Select(chunk =>
            new ImageTask(string.Join("/", chunk.Select(label => dataset.ClassNames[label])), chunk))];
    }
}
