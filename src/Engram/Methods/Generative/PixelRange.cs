using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// Maps a stream's inputs to the range 0 to 1 that a generator draws in, and back. Pixels that lie in it already stay as they are;
/// normalised ones, (x - mean) / deviation, become what they were before.
/// </summary>
/// <param name="Low">What becomes 0.</param>
/// <param name="High">What becomes 1.</param>
public sealed record PixelRange(float Low, float High)
{
    private bool IsIdentity => Low == 0 && High == 1;

    /// <summary>The range of the first task's training data, which stands for all tasks.</summary>
    public static PixelRange Of(Samples samples)
    {
        var (low, high) = Measure(samples);
        return low >= 0 && high <= 1 ? new(0, 1) : new(low, high > low ? high : low + 1);
    }

    /// <summary>Refuses a task whose training data lie outside the range.</summary>
    /// <exception cref="EngramException">They do.</exception>
    public void Check(LearningTask task)
    {
        var (low, high) = Measure(task.Train);
        float tolerance = 1e-5f * (High - Low);
        if (low < Low - tolerance || high > High + tolerance)
            throw EngramException.Input("range-mismatch", $"Task {task.Number} ({task.Name}) has inputs from {low:0.###} to {high:0.###}, but the generator draws the range {Low:0.###} to {High:0.###} of the first task; learn the task with the widest range first, or give all tasks the same noise and normalisation.");
    }

    /// <summary>Inputs as the generator sees them.</summary>
    public Tensor ToUnit(Tensor inputs) => IsIdentity ? inputs : inputs.Minus(Low).Divide(High - Low).Raise(0).Lower(1);

    /// <summary>Drawn pixels as the stream's inputs.</summary>
    public Tensor FromUnit(Tensor pixels) => IsIdentity ? pixels : pixels.Times(High - Low).Add(Low);

    private static (float Low, float High) Measure(Samples samples)
    {
        float[] input = new float[samples.InputShape.Aggregate(1L, (product, size) => product * size)];
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        for (int sample = 0; sample < samples.Count; sample++)
        {
            samples.Read(sample, input);
            foreach (float number in input)
            {
                if (number < low) low = number;
                if (number > high) high = number;
            }
        }
        return (low, high);
    }
}
