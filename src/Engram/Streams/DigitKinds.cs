using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// Different tasks on the same images, to find out which task helps which (Zamir et al. 2018, arXiv 1804.08328, in small): every digit is
/// turned by a quarter or not, made more or less noisy, and half of it is covered; the tasks ask for the digit, its parity, whether it is
/// at least five, the quarter turns, the level of the noise and the covered half.
/// </summary>
/// <remarks>
/// What happens to an image depends on its index and the seed, and is the same for all tasks. With <c>stream.shared=false</c> an image is
/// changed only in what its task asks about, so the first three tasks see plain digits and are easy.
/// </remarks>
[Stream("digit-kinds", Family = "images", Datasets = ["digits", "mnist"], Summary = "six different questions about the same digits: which task helps which",
    Paper = "Zamir et al. 2018, arXiv 1804.08328 (its question, in small)", Scenarios = [Scenario.Task], Reason = "its tasks have different answers, and each needs outputs of its own",
    RunDefaults = """{"network":{"hidden":[100,50,20]},"training":{"epochs":[3]}}""")]
public sealed class DigitKinds(DigitKinds.Options options) : ImageStream(options)
{
    private const int Turns = 4, Levels = 4, Halves = 4;
    private static readonly int AllKinds = Enum.GetValues<Kind>().Length;

    private enum Kind
    {
        Digit,
        Parity,
        AtLeastFive,
        QuarterTurn,
        NoiseLevel,
        CoveredHalf,
    }

    /// <summary>Settings.</summary>
    public sealed record Options : ImageStreamOptions
    {
        /// <summary>All six tasks.</summary>
        public Options() => Tasks = AllKinds;

        /// <summary>Standard deviation of the strongest noise; the four levels are none, a third, two thirds and all of it.</summary>
        [Description("standard deviation of the strongest of four levels of noise (pixels are 0 to 1)"), Range(0.0, 100.0)]
        public double Noise { get; init; } = 0.3;

        /// <summary>Whether all tasks see the same changed images.</summary>
        [Description("all tasks see the same turned, noisy, half covered images; false changes only what a task asks about")]
        public bool Shared { get; init; } = true;

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (Tasks > AllKinds) yield return $"{path}.tasks is {Tasks} but this stream has {AllKinds} tasks; set it to {AllKinds} or lower.";
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed)
    {
        if (dataset.ClassNames.Count != 10)
            throw EngramException.Input("invalid-setting", $"The data set has {dataset.ClassNames.Count} classes but this stream asks about the ten digits; take mnist or digits.");
        ulong aspects = seed.Derive("aspects").Value;
        int Aspect(int image, int shift) => (int)(RandomSource.Mix(aspects ^ RandomSource.Mix((ulong)image)) >> shift & 3);
        int TurnOf(int image) => Aspect(image, 0);
        int LevelOf(int image) => Aspect(image, 2);
        int HalfOf(int image) => Aspect(image, 4);

        return [.. Enumerable.Range(0, options.Tasks).Select(index => (Kind)index).Select(kind =>
        {
            bool isTurned = options.Shared || kind == Kind.QuarterTurn, isNoisy = options.Shared || kind == Kind.NoiseLevel, isCovered = options.Shared || kind == Kind.CoveredHalf;
            int[][] ways = [.. Enumerable.Range(0, Turns * (Halves + 1)).Select(way => Source(dataset.Train, way % Turns, way / Turns - 1))];
            ImageVariation variation = new(ways, image => (isTurned ? TurnOf(image) : 0) + Turns * (isCovered ? HalfOf(image) + 1 : 0));
            PixelNoise? Noise(string purpose) => isNoisy ? new(seed.Derive(purpose), image => options.Noise * LevelOf(image) / (Levels - 1)) : null;
            (string name, ImageQuestion question) = kind switch
            {
                Kind.Digit => ("digit", new ImageQuestion(10, (label, _) => label)),
                Kind.Parity => ("parity", new ImageQuestion(2, (label, _) => label % 2)),
                Kind.AtLeastFive => ("at least five", new ImageQuestion(2, (label, _) => label / 5)),
                Kind.QuarterTurn => ("quarter turn", new ImageQuestion(Turns, (_, image) => TurnOf(image))),
                Kind.NoiseLevel => ("noise level", new ImageQuestion(Levels, (_, image) => LevelOf(image))),
                _ => ("covered half", new ImageQuestion(Halves, (_, image) => HalfOf(image))),
            };
            return new ImageTask(name, [.. Enumerable.Range(0, 10)], null, Noise("noise"), Noise("test-noise"), variation, question);
        })];
    }

    // Turned, then covered in the upper, lower, left or right half; -1 covers nothing.
    private static int[] Source(LabeledImages images, int quarterTurns, int half)
    {
        int[] source = ImageView.Rotation(images, 90 * quarterTurns);
        for (int i = 0; i < source.Length; i++)
        {
            int row = i / images.Width % images.Height, column = i % images.Width;
            bool isCovered = half switch
            {
                0 => 2 * row < images.Height,
                1 => 2 * row >= images.Height,
                2 => 2 * column < images.Width,
                3 => 2 * column >= images.Width,
                _ => false,
            };
            if (isCovered) source[i] = -1;
        }
        return source;
    }
}
