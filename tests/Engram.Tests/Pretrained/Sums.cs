using Engram.Pretrained;
using Engram.Streams;

namespace Engram.Tests.Pretrained;

/// <summary>Stands for a frozen network: the sum of the numbers and that of their squares, and a list of what was computed.</summary>
internal sealed class Sums(string identity = "sums:1") : FeatureExtractor
{
    public List<int> Computed { get; } = [];

    public override string Identity => identity;

    public override int Length => 2;

    public override string? Problem(Samples samples) => samples.InputShape.Count == 1 ? null : "Sums are of rows.";

    public override void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        Computed.AddRange(chosen);
        OnAllCores(chosen.Count, place =>
        {
            float[] row = new float[samples.InputShape[0]];
            samples.Read(chosen[place], row);
            Of(row).CopyTo(features.Span.Slice(2 * place, 2));
        }, progress, cancellation);
    }

    public static float[] Of(float[] row) => [row.Sum(), row.Sum(value => value * value)];
}
