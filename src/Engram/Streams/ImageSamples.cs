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
    internal override bool MayBeReadTogether => view.Variation is null && view.Noise is null;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input)
    {
        int image = selection[sample];
        ReadOnlySpan<byte> pixels = images.Pixels(image);
        if ((view.Variation?.SourceOfPixel(image) ?? view.SourceOfPixel) is { } source) Gather(pixels, source.AsSpan(0, input.Length), input);
        else
        {
            ref float number = ref MemoryMarshal.GetArrayDataReference(scaled); // one for every byte, so without a check
            pixels = pixels[..input.Length];
            for (int i = 0; i < pixels.Length; i++) input[i] = Unsafe.Add(ref number, pixels[i]);
        }
        view.Noise?.AddTo(image, input, (float)(1 / view.Deviation));
    }

    // Four at a time, whose places are looked at together: a batch is read as often as it is learned from. What comes from nowhere is black.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> places, Span<float> input)
    {
        ref float number = ref MemoryMarshal.GetArrayDataReference(scaled);
        ref byte pixel = ref MemoryMarshal.GetReference(pixels);
        uint count = (uint)pixels.Length;
        int i = 0;
        for (; i <= input.Length - 4; i += 4)
        {
            uint a = (uint)places[i], b = (uint)places[i + 1], c = (uint)places[i + 2], d = (uint)places[i + 3];
            if (a >= count || b >= count || c >= count || d >= count) break;
            input[i] = Unsafe.Add(ref number, Unsafe.Add(ref pixel, a));
            input[i + 1] = Unsafe.Add(ref number, Unsafe.Add(ref pixel, b));
            input[i + 2] = Unsafe.Add(ref number, Unsafe.Add(ref pixel, c));
            input[i + 3] = Unsafe.Add(ref number, Unsafe.Add(ref pixel, d));
        }
        for (; i < input.Length; i++) input[i] = Unsafe.Add(ref number, (uint)places[i] < count ? pixels[places[i]] : (byte)0);
    }

    /// <summary>The same view of other images of the same data set.</summary>
    internal ImageSamples Select(int[] subset) => new(images, subset, outputOfLabel, view, task, question);
}
