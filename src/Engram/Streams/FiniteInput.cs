using System.Numerics;

namespace Engram.Streams;

/// <summary>Finds what is no number in an input: one of them makes every parameter of a network NaN within a step.</summary>
internal static class FiniteInput
{
    /// <summary>Index of the first number that is infinite or NaN; -1 where all are finite.</summary>
    public static int FirstNot(ReadOnlySpan<float> numbers)
    {
        // A number times 0 is 0, unless it is not finite.
        Vector<float> sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count) sum += new Vector<float>(numbers[i..]) * Vector<float>.Zero;
        if (Vector.EqualsAll(sum, Vector<float>.Zero) && AreFinite(numbers[i..])) return -1;
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
