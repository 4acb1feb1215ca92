using System.Numerics;

namespace Engram.Streams;

/// <summary>Finds what is no number in an input: one of them makes every parameter of a network NaN within a step.</summary>
internal static class FiniteInput
{
    /// <summary>Index of the first number that is infinite or NaN; -1 where all are finite.</summary>
    public static int FirstNot(ReadOnlySpan<float> numbers)
    {
        // A number times 0 is 0, unless it is not finite.
        int i = 0, width = Vector<float>.Count;
        Vector<float> even = Vector<float>.Zero, odd = Vector<float>.Zero; // two, so that one addition need not wait for the last
        for (; i <= numbers.Length - 2 * width; i += 2 * width)
        {
            even += new Vector<float>(numbers[i..]) * Vector<float>.Zero;
            odd += new Vector<float>(numbers[(i + width)..]) * Vector<float>.Zero;
        }
        if (Vector.EqualsAll(even + odd, Vector<float>.Zero) && AreFinite(numbers[i..])) return -1;
        for (i = 0; float.IsFinite(numbers[i]); i++) { }
        return i;
    }

    private static bool AreFinite(ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
            if (!float.IsFinite(number)) return false;
        return true;
    }
}
