using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// Images of a data set as one task sees them: some of the images, labels renumbered as outputs, pixels moved, scaled and made noisy.
/// The pixels stay bytes in the data set that all tasks share; they become floats only in a batch.
/// </summary>
public sealed class ImageSamples : Samples
{
    private readonly LabeledImages images;
    private readonly int[] selection;
    private readonly int[] outputOfLabel;
    private readonly ImageView view;
    private readonly int task;
    private readonly ImageQuestion? question;
    private readonly float[] scaled = new float[256];

    /// <summary>A view of some images.</summary>
    /// <param name="images">The shared data set.</param>
    /// <param name="selection">Indices of the images that belong to the task.</param>
    /// <param name="outputOfLabel">Output per label; -1 for labels that are not in the task.</param>
    /// <param name="view">What is done to pixels.</param>
    /// <param name="task">Index of the task.</param>
    /// <param name="question">Gives the output of an image where it is not that of its label.</param>
    public ImageSamples(LabeledImages images, int[] selection, int[] outputOfLabel, ImageView view, int task, ImageQuestion? question = null)
    {
        (this.images, this.selection, this.outputOfLabel, this.view, this.task, this.question) = (images, selection, outputOfLabel, view, task, question);
        for (int value = 0; value < 256; value++) scaled[value] = (float)((value / 255.0 - view.Mean) / view.Deviation);
        InputShape = view.SourceOfPixel is null && view.Variation is null ? [images.Channels, images.Height, images.Width] : [images.Channels, view.Height, view.Width];
        Lessons = [task];
    }

    /// <inheritdoc/>
    public override int Count => selection.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; }

    /// <inheritdoc/>
    public override int Target(int sample)
    {
        int image = selection[sample], label = images.Labels[image];
        return question is null ? outputOfLabel[label] : question.AnswerOf(label, image);
    }

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input)
    {
        int image = selection[sample];
        ReadOnlySpan<byte> pixels = images.Pixels(image);
        ref float number = ref MemoryMarshal.GetArrayDataReference(scaled); // one for every byte, so without a check
        if ((view.Variation?.SourceOfPixel(image) ?? view.SourceOfPixel) is { } source)
        {
            ReadOnlySpan<int> places = source.AsSpan(0, input.Length);
            for (int i = 0; i < places.Length; i++)
            {
                int place = places[i];
                input[i] = Unsafe.Add(ref number, (uint)place < (uint)pixels.Length ? pixels[place] : (byte)0); // nothing is black
            }
        }
        else
        {
            pixels = pixels[..input.Length];
            for (int i = 0; i < pixels.Length; i++) input[i] = Unsafe.Add(ref number, pixels[i]);
        }
        view.Noise?.AddTo(image, input, (float)(1 / view.Deviation));
    }

    /// <summary>The same view of other images of the same data set.</summary>
    internal ImageSamples Select(int[] subset) => new(images, subset, outputOfLabel, view, task, question);
}
