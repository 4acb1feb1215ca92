using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Answering;

/// <summary>The cross-entropy of a softmax in main memory, in one pass over each row: a small network's step spends as long in the engine's seven operations as in a layer.</summary>
internal static class SoftmaxLoss
{
    private static int Width => Vector<float>.Count;

    /// <summary>Whether the numbers can be read in place.</summary>
    public static bool Applies(Tensor logits, Tensor targets, Tensor? mask) =>
        IsDirect(logits, ScalarType.Float32) && logits.dim() == 2 && IsDirect(targets, ScalarType.Int64) && (mask is null || (IsDirect(mask, ScalarType.Float32) && (mask.numel() == logits.size(1) || mask.numel() == logits.numel())));

    /// <summary>The mean loss, and its gradient with respect to the logits.</summary>
    /// <param name="logits">[batch, outputs].</param>
    /// <param name="targets">Right outputs, [batch], int64.</param>
    /// <param name="mask">Added to the logits, one row for all or one for each; null for none.</param>
    public static (Tensor Value, Tensor Gradient) Of(Tensor logits, Tensor targets, Tensor? mask)
    {
        int rows = (int)logits.size(0), columns = (int)logits.size(1);
        Tensor gradient = empty(rows, columns);
        Span<float> slopes = MemoryMarshal.Cast<byte, float>(gradient.bytes);
        ReadOnlySpan<float> scores = MemoryMarshal.Cast<byte, float>(logits.bytes), masks = mask is null ? [] : MemoryMarshal.Cast<byte, float>(mask.bytes);
        ReadOnlySpan<long> right = MemoryMarshal.Cast<byte, long>(targets.bytes);
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = slopes.Slice(row * columns, columns);
            scores.Slice(row * columns, columns).CopyTo(own);
            if (mask is not null) Add(own, masks.Slice(masks.Length == columns ? 0 : row * columns, columns));
            sum += Finish(own, checked((int)right[row]), rows);
        }
        return ((float)(sum / rows), gradient);
    }

    // Minus the log-probability of the right output; the scores become the gradient of its mean over so many rows.
    private static double Finish(Span<float> scores, int right, int rows)
    {
        float most = float.NegativeInfinity;
        foreach (float score in scores) most = MathF.Max(most, score); // which keeps what is no number
        float chosen = scores[right] - most;
        Vector<float> mosts = new(most), parts = Vector<float>.Zero;
        int i = 0;
        for (; i <= scores.Length - Width; i += Width)
        {
            Vector<float> part = Vector.Exp(new Vector<float>(scores[i..]) - mosts);
            part.CopyTo(scores[i..]);
            parts += part;
        }
        float total = Vector.Sum(parts);
        for (; i < scores.Length; i++) total += scores[i] = MathF.Exp(scores[i] - most);
        float share = 1 / (total * rows);
        for (i = 0; i < scores.Length; i++) scores[i] *= share;
        scores[right] -= 1f / rows;
        return MathF.Log(total) - chosen;
    }

    private static void Add(Span<float> scores, ReadOnlySpan<float> mask)
    {
        for (int i = 0; i < scores.Length; i++) scores[i] += mask[i];
    }

    private static bool IsDirect(Tensor tensor, ScalarType type) => tensor.device_type == DeviceType.CPU && tensor.dtype == type && tensor.is_contiguous();
}
