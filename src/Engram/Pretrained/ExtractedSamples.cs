using Engram.Streams;

namespace Engram.Pretrained;

/// <summary>Samples as a frozen network sees or reads them: their features in place of their inputs, and all else as it was.</summary>
public sealed class ExtractedSamples : Samples
{
    private readonly Samples samples;
    private readonly float[][] features;

    /// <summary>Samples with their features.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="features">Of each of them, all of one length; samples that are the same may share a row.</param>
    /// <param name="length">That length.</param>
    internal ExtractedSamples(Samples samples, float[][] features, int length) => (this.samples, this.features, InputShape) = (samples, features, [length]);

    /// <inheritdoc/>
    public override int Count => samples.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons => samples.Lessons;

    /// <inheritdoc/>
    public override int TargetNumbers => samples.TargetNumbers;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input) => features[sample].CopyTo(input);

    /// <inheritdoc/>
    public override string? Text(int sample) => samples.Text(sample);

    /// <inheritdoc/>
    public override int Target(int sample) => samples.Target(sample);

    /// <inheritdoc/>
    public override void ReadTarget(int sample, Span<float> numbers) => samples.ReadTarget(sample, numbers);

    /// <inheritdoc/>
    public override int Task(int sample) => samples.Task(sample);
}
