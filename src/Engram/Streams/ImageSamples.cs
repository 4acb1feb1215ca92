using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>
/// Images of a data set as one task sees them: some of the images, labels renumbered as outputs, pixels moved, scaled and made noisy.
/// The pixels stay bytes in the data set that all tasks share; they become floats only in a batch.
/// </summary>
public sealed class ImageSamples : Samples
{
    private const int CacheLine = 64, MostOnStack = 4096;

    private readonly LabeledImages images;
    private readonly int[] selection;
    private readonly int[] outputOfLabel;
    private readonly ImageView view;
    private readonly int task;
    private readonly ImageQuestion? question;
    private readonly float[] scaled = new float[256];
    private readonly Dictionary<int[], int[]> placesOf;

    /// <summary>A view of some images.</summary>
    /// <param name="images">The shared data set.</param>
    /// <param name="selection">Indices of the images that belong to the task.</param>
    /// <param name="outputOfLabel">Output per label; -1 for labels that are not in the task.</param>
    /// <param name="view">What is done to pixels.</param>
    /// <param name="task">Index of the task.</param>
    /// <param name="question">Gives the output of an image where it is not that of its label.</param>
    /// <exception cref="ArgumentException">A pixel is taken from a place that no image has, or there are more or fewer places than pixels.</exception>
    public ImageSamples(LabeledImages images, int[] selection, int[] outputOfLabel, ImageView view, int task, ImageQuestion? question = null)
    {
        (this.images, this.selection, this.outputOfLabel, this.view, this.task, this.question) = (images, selection, outputOfLabel, view, task, question);
        for (int value = 0; value < 256; value++) scaled[value] = (float)((value / 255.0 - view.Mean) / view.Deviation);
        placesOf = view.Sources.Distinct().ToDictionary(source => source, CheckedPlaces);
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
        if ((view.Variation?.SourceOfPixel(image) ?? view.SourceOfPixel) is { } source) Gather(pixels, placesOf[source], input);
        else
        {
            ref float number = ref MemoryMarshal.GetArrayDataReference(scaled); // one for every byte, so without a check
            pixels = pixels[..input.Length];
            for (int i = 0; i < pixels.Length; i++) input[i] = Unsafe.Add(ref number, pixels[i]);
        }
        view.Noise?.AddTo(image, input, (float)(1 / view.Deviation));
    }

    /// <inheritdoc/>
    internal override unsafe void Expect(int sample)
    {
        if (!Sse.IsSupported) return;
        ReadOnlySpan<byte> pixels = images.Pixels(selection[sample]);
        for (int i = 0; i < pixels.Length; i += CacheLine) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in pixels[i])));
    }

    // Through a copy that begins with a black pixel, which is what comes from nowhere.
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private void Gather(ReadOnlySpan<byte> pixels, int[] places, Span<float> input)
    {
        byte[]? rented = pixels.Length < MostOnStack ? null : ArrayPool<byte>.Shared.Rent(pixels.Length + 1);
        Span<byte> known = rented ?? stackalloc byte[MostOnStack];
        known[0] = 0;
        pixels.CopyTo(known[1..]);
        ref byte pixel = ref known[1];
        ref float number = ref MemoryMarshal.GetArrayDataReference(scaled);
        input = input[..places.Length];
        for (int i = 0; i < places.Length; i++) input[i] = Unsafe.Add(ref number, Unsafe.Add(ref pixel, places[i]));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    // A copy that nobody changes, so that a place need not be looked at each time that an image is read.
    private int[] CheckedPlaces(int[] source)
    {
        int pixels = images.Channels * view.Height * view.Width;
        if (source.Length != pixels) throw new ArgumentException($"There are places for {source.Length} pixels, but {images.Channels}x{view.Height}x{view.Width} needs {pixels}.", nameof(source));
        if (Array.FindIndex(source, place => place < -1 || place >= images.PixelsPerImage) is >= 0 and var wrong)
            throw new ArgumentException($"Pixel {wrong} is taken from place {source[wrong]}, but images have places 0 to {images.PixelsPerImage - 1}, and -1 is background.", nameof(source));
        return [.. source];
    }

    /// <summary>The same view of other images of the same data set.</summary>
    internal ImageSamples Select(int[] subset) => new(images, subset, outputOfLabel, view, task, question);
}
