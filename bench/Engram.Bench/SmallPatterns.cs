using Engram.Datasets;
using Engram.Streams;

namespace Engram.Bench;

/// <summary>Two classes per task of noisy patterns of 8x8: a checkpoint of a network on them is small, so that a million of them take an hour.</summary>
[Stream("small-patterns", Family = "bench", Summary = "patterns of 8x8, two classes per task")]
public sealed class SmallPatterns(SmallPatterns.Options options) : StreamDefinition
{
    private const int Side = 8, Classes = 6;
    private static readonly ImageDataset Patterns = new(Draw(60), Draw(30), ["a", "b", "c", "d", "e", "f"]);

    public sealed record Options : ImageStreamOptions
    {
        public Options() => Tasks = 3;
    }

    public override TaskStream Create(StreamContext context) => new Pairs(options).Create(context with { Images = _ => Patterns });

    private static LabeledImages Draw(int count)
    {
        RandomSource random = new((ulong)count);
        byte[] labels = [.. Enumerable.Range(0, count).Select(image => (byte)(image % Classes))];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, Side * Side).Select(pixel => (byte)(random.NextInt(64) + (pixel % Classes == label ? 150 : 0))))];
        return new(pixels, labels, channels: 1, Side, Side);
    }

    private sealed class Pairs(Options options) : ImageStream(options)
    {
        protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed) => [.. Enumerable.Range(0, options.Tasks).Select(task => new ImageTask($"pair {task + 1}", [2 * task, 2 * task + 1]))];
    }
}
