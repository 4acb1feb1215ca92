using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// The lecture's demonstration of forgetting (H.-Y. Lee, Life Long Learning): task 1 shows noisy digits, task 2 clean ones, to a
/// network of three layers of 50 units. Learned in this order task 1 falls from 90 to 80 %; learned jointly both do well, so the
/// network is not unable, it forgets; learned in the other order nothing is lost.
/// </summary>
/// <remarks>
/// The lecture does not say how its two tasks differ. Gaussian noise of deviation 0.5, not clipped and drawn once per image, with 10 and
/// 3 epochs of Adam gives its ten published numbers within two points (methods.md section 1); these are the defaults.
/// </remarks>
[Stream("two-image-tasks", Family = "images", DefaultDataset = "mnist", Summary = "noisy images, then clean ones: the lecture's picture of forgetting", Paper = "H.-Y. Lee, Life Long Learning (lecture)",
    RunDefaults = """{"network":{"hidden":[50,50,50],"init":"he-uniform"},"training":{"epochs":[10,3],"resetOptimizer":true}}""")]
public sealed class TwoImageTasks(TwoImageTasks.Options options) : ImageStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ImageStreamOptions
    {
        /// <summary>Two tasks, domain-incremental unless told otherwise.</summary>
        public Options() => (Scenario, Tasks) = (Scenario.Domain, 2);

        /// <summary>Standard deviation of the noise on task 1.</summary>
        [Description("standard deviation of the noise on task 1 (pixels are 0 to 1)"), Range(0.0, 100.0)]
        public double Noise { get; init; } = 0.5;

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (Tasks != 2) yield return $"{path}.tasks is {Tasks} but this stream has exactly 2 tasks; leave the setting out.";
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed)
    {
        int[] labels = [.. Enumerable.Range(0, dataset.ClassNames.Count)];
        return
        [
            new("noisy", labels, null, new PixelNoise(seed.Derive("noise"), options.Noise), new PixelNoise(seed.Derive("test-noise"), options.Noise)),
            new("clean", labels),
        ];
    }
}
