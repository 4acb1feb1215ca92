using System.Buffers;
using Engram.Streams;

namespace Engram.Pictures;

/// <summary>Brings the pixels of samples to the planes that a network sees: bilinear, each side for itself, one grey plane for all three.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PixelPlanes
{
    private const float Slack = 1e-3f; // of what was scaled and rounded
    private readonly Samples samples;
    private readonly int channels, height, width, planes;
    private readonly Resampling columns, rows;

    /// <summary>From samples of one shape, [1 or 3, height, width].</summary>
    /// <param name="samples">Samples without a <see cref="Problem"/>.</param>
    /// <param name="planes">Planes that the network sees, 1 or 3.</param>
    /// <param name="seenHeight">Rows that it sees.</param>
    /// <param name="seenWidth">Columns that it sees.</param>
    public PixelPlanes(Samples samples, int planes, int seenHeight, int seenWidth)
    {
        (this.samples, this.planes) = (samples, planes);
        (channels, height, width) = ((int)samples.InputShape[0], (int)samples.InputShape[1], (int)samples.InputShape[2]);
        (columns, rows) = (new(width, 0, width, seenWidth), new(height, 0, height, seenHeight));
    }

    /// <summary>What is wrong with samples as pictures for a network of so many planes, as a sentence; null where nothing is.</summary>
    public static string? Problem(Samples samples, int planes, string network) =>
        samples.InputShape is [1, _, _] || samples.InputShape is [3, _, _] && planes == 3 ? null
        : $"{network} sees pictures, [{(planes == 3 ? "1 or 3" : "1")}, height, width], but the inputs are [{string.Join(", ", samples.InputShape)}]. Choose other features, or none.";

    /// <summary>Reads one sample.</summary>
    /// <returns>[planes, height, width] as the network sees them, 0 to 1.</returns>
    /// <exception cref="EngramException">A pixel is not from 0 to 1.</exception>
    public float[] Read(int sample)
    {
        int plane = rows.Size * columns.Size;
        float[] input = new float[channels * height * width], seen = new float[planes * plane], narrow = ArrayPool<float>.Shared.Rent(height * columns.Size);
        samples.Read(sample, input);
        foreach (float pixel in input)
            if (!(pixel >= -Slack && pixel <= 1 + Slack))
                throw EngramException.Input("wrong-pixels", $"Frozen networks see pixels from 0 to 1, but sample {sample} has one of {pixel}. Leave stream.mean at 0 and stream.deviation at 1, and add no noise.");
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < height; row++) columns.Row(input.AsSpan((channel * height + row) * width, width), narrow.AsSpan(row * columns.Size, columns.Size));
            rows.Rows(narrow, columns.Size, seen.AsSpan(channel * plane, plane));
        }
        for (int channel = channels; channel < planes; channel++) seen.AsSpan(0, plane).CopyTo(seen.AsSpan(channel * plane));
        ArrayPool<float>.Shared.Return(narrow);
        return seen;
    }
}
