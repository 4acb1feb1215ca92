using System.ComponentModel;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// Every task shows the same images with its own fixed random order of pixels (Goodfellow et al. 2013, arXiv 1312.6211;
/// Kirkpatrick et al. 2017, arXiv 1612.00796). All tasks are equally hard for a dense network and share nothing but labels.
/// </summary>
[Stream("permuted", Family = "images", Summary = "the same images, each task with its own fixed random order of pixels", Paper = "Goodfellow et al. 2013, arXiv 1312.6211")]
public sealed class PermutedImages(PermutedImages.Options options) : ImageStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : ImageStreamOptions
    {
        /// <summary>Domain-incremental unless told otherwise.</summary>
        public Options() => Scenario = Scenario.Domain;

        /// <summary>Whether the first task is permuted too.</summary>
        [Description("permute the pixels of the first task too")]
        public bool PermuteFirst { get; init; } = true;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed) =>
        [.. Enumerable.Range(0, options.Tasks).Select(task => new ImageTask(
            task == 0 && !options.PermuteFirst ? "original" : $"permutation {task + 1}",
            [.. Enumerable.Range(0, dataset.ClassNames.Count)],
            task == 0 && !options.PermuteFirst ? null : seed.For("permutation", task).Permutation(dataset.Train.PixelsPerImage)))];
}
