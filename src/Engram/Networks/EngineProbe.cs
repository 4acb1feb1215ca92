namespace Engram.Networks;

/// <summary>One small calculation that the engine and plain loops both do.</summary>
/// <param name="Name">What is calculated, as a person would call it.</param>
/// <param name="Error">Does it: the largest difference, as a share of the largest right value. Not a number where the engine's answer is none.</param>
internal sealed record EngineProbe(string Name, Func<double> Error)
{
    // Sums of a few hundred products in single precision differ by less than 1e-5; a wrong kernel is off by 0.2 and more.
    private const double Tolerance = 1e-4;

    /// <summary>Whether the engine's answer is that of the plain loops.</summary>
    public bool Passes() => Error() <= Tolerance; // false where it is not a number

    /// <summary>The largest difference between two rows of numbers, as a share of the largest right one.</summary>
    public static double Difference(ReadOnlySpan<float> found, ReadOnlySpan<double> right)
    {
        double largest = 0, off = 0;
        for (int i = 0; i < right.Length; i++)
        {
            if (!float.IsFinite(found[i])) return double.NaN;
            largest = Math.Max(largest, Math.Abs(right[i]));
            off = Math.Max(off, Math.Abs(found[i] - right[i]));
        }
        return off / largest;
    }

    /// <summary>Numbers between -1 and 1 without a pattern that a wrong kernel could hide behind: the same in every process.</summary>
    public static float[] Numbers(int count, uint seed)
    {
        float[] numbers = new float[count];
        uint state = seed * 2654435761u + 1;
        for (int i = 0; i < count; i++)
        {
            state = state * 1664525u + 1013904223u; // a linear congruential generator; its upper bits are random enough here
            numbers[i] = (state >> 8) / (float)(1 << 23) - 1;
        }
        return numbers;
    }
}
