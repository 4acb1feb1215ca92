using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engram.Networks;

/// <summary>The functions of gates, several numbers at a time; accurate to a few units in the last place, without overflow, and not a number stays one.</summary>
internal static unsafe class Squashing
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Vector.Exp(-x));

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> size = Vector.Abs(x), far = Vector<float>.One - new Vector<float>(2) / (Vector<float>.One + Vector.Exp(size + size));
        // Near 0 the difference above loses its digits; there the Taylor series up to x^9 has them all.
        Vector<float> square = x * x;
        Vector<float> series = ((new Vector<float>(62f / 2835) * square - new Vector<float>(17f / 315)) * square + new Vector<float>(2f / 15)) * square - new Vector<float>(1f / 3);
        return Vector.ConditionalSelect(Vector.LessThan(size, new Vector<float>(0.25f)), x + x * square * series, Vector.CopySign(far, x));
    }

    /// <summary>The next numbers of a row, with zeros where it ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(float* numbers, int count)
    {
        if (count >= Vector<float>.Count) return Vector.Load(numbers);
        Vector<float> part = default;
        for (int i = 0; i < count; i++) ((float*)&part)[i] = numbers[i];
        return part;
    }

    /// <summary>Writes what <see cref="Load"/> reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector<float> values, float* numbers, int count)
    {
        if (count >= Vector<float>.Count) Vector.Store(values, numbers);
        else for (int i = 0; i < count; i++) numbers[i] = ((float*)&values)[i];
    }
}
