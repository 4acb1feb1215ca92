using Engram.Datasets;

namespace Engram.Streams;

/// <summary>One task of an image stream before data are cut to size.</summary>
/// <param name="Name">What a reader sees.</param>
/// <param name="Labels">Labels of the data set that belong to the task, in the order of its outputs.</param>
/// <param name="SourceOfPixel">How pixels move; null where they stay.</param>
/// <param name="TrainNoise">Noise on training images.</param>
/// <param name="TestNoise">Noise on test images.</param>
/// <param name="Variation">How pixels move from image to image; null where all move alike.</param>
/// <param name="Question">What is asked about an image; null asks for its label.</param>
public sealed record ImageTask(string Name, int[] Labels, int[]? SourceOfPixel = null, PixelNoise? TrainNoise = null, PixelNoise? TestNoise = null,
    ImageVariation? Variation = null, ImageQuestion? Question = null);

/// <summary>
/// Streams of image tasks. A kind of stream says what its tasks are; subsets, validation split, order, scaling and the
/// outputs of each scenario are the same for all of them and made here.
/// </summary>
public abstract class ImageStream(ImageStreamOptions options) : StreamDefinition
{
    /// <summary>The tasks in their natural order.</summary>
    protected abstract IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed);

    /// <inheritdoc/>
    public override TaskStream Create(StreamContext context)
    {
        ImageDataset dataset = context.Images(context.Dataset);
        IReadOnlyList<ImageTask> plan = Plan(dataset, context.Seed);
        TaskCutter cutter = new(options, context.Seed);
        List<LearningTask> tasks = [];
        foreach (int natural in cutter.Order(plan.Count))
        {
            int firstOutput = options.Scenario == Scenario.Domain || tasks.Count == 0 ? 0 : tasks[^1].Outputs[^1] + 1;
            tasks.Add(Make(dataset, plan[natural], natural, tasks.Count, firstOutput, cutter));
        }
        return new(context.Id, options.Scenario, tasks) { ActiveClasses = options.ActiveClasses };
    }

    private LearningTask Make(ImageDataset dataset, ImageTask task, int natural, int index, int firstOutput, TaskCutter cutter)
    {
        int[] outputOfLabel = new int[dataset.ClassNames.Count];
        Array.Fill(outputOfLabel, -1);
        for (int i = 0; i < task.Labels.Length; i++) outputOfLabel[task.Labels[i]] = firstOutput + i;

        var (train, validation) = cutter.Training(natural, Fitting(dataset.Train, outputOfLabel));

        ImageView view = new ImageView(options.Mean, options.Deviation, dataset.Train.Height, dataset.Train.Width, task.SourceOfPixel, task.TrainNoise, task.Variation).Pad(options.Padding, dataset.Train.Channels);
        ImageQuestion? question = task.Question is { } asked ? new(asked.Answers, (label, image) => firstOutput + asked.AnswerOf(label, image)) : null;
        ImageSamples learned = new(dataset.Train, train, outputOfLabel, view, index, question);
        return new(index, task.Name, learned, validation.Length == 0 ? null : learned.Select(validation),
            options.MeasureTraining ? learned : new ImageSamples(dataset.Test, cutter.Test(natural, Fitting(dataset.Test, outputOfLabel)), outputOfLabel, view with { Noise = task.TestNoise }, index, question),
            [.. Enumerable.Range(firstOutput, task.Question?.Answers ?? task.Labels.Length)]);
    }

    private static int[] Fitting(LabeledImages images, int[] outputOfLabel)
    {
        List<int> fitting = [];
        ReadOnlySpan<byte> labels = images.Labels;
        for (int image = 0; image < labels.Length; image++)
            if (outputOfLabel[labels[image]] >= 0) fitting.Add(image);
        return [.. fitting];
    }
}
