using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// Every task shows the same images turned by its own angle (Lopez-Paz and Ranzato 2017, arXiv 1706.08840): neighbouring tasks are
/// alike, so what is learned on one helps on the next. Pixels are taken from the nearest source, counter-clockwise about the centre.
/// </summary>
[Stream("rotated", Family = "images", Summary = "the same images, each task turned by its own angle", Paper = "Lopez-Paz and Ranzato 2017, arXiv 1706.08840")]
public sealed class RotatedImages(RotatedImages.Options options) : ImageStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ImageStreamOptions
    {
        /// <summary>Domain-incremental unless told otherwise.</summary>
        public Options() => Scenario = Scenario.Domain;

        /// <summary>The span that the tasks' angles share equally: task k of T draws its angle from the k-th of T parts.</summary>
        [Description("degrees shared equally by the tasks; each draws its angle from its own part"), Range(0.0, 360.0)]
        public double Span { get; init; } = 180;

        /// <summary>One angle per task in degrees, in place of drawing them.</summary>
        [Description("one angle per task in degrees, in place of drawing them"), Range(-360.0, 360.0)]
        public double[]? Angles { get; init; }

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (Angles is not null && Angles.Length != Tasks)
                yield return $"{path}.angles has {Angles.Length} angles but there are {Tasks} tasks; give one angle per task.";
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed) =>
        [.. Enumerable.Range(0, options.Tasks).Select(task =>
        {
            double part = options.Span / options.Tasks;
            double angle = options.Angles?[task] ?? seed.For("angle", task).NextDouble(part * task, part * (task + 1));
            return new ImageTask($"{angle:0.#} degrees", [.. Enumerable.Range(0, dataset.ClassNames.Count)], ImageView.Rotation(dataset.Train, angle));
        })];
}
