using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engram.Networks;

/// <summary>The functions of gates, several numbers at a time; accurate to a few units in the last place, without overflow, and not a number stays one.</summary>
internal static unsafe class Squashing
{
    /// <summary>x = sigmoid(x + bias), where sigmoid(x) = 1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid(float* x, float* bias, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
            Store(Sigmoid(Load(x + i, count - i) + Load(bias + i, count - i)), x + i, count - i);
    }

    /// <summary>sigmoid(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>target = tanh(x + bias).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh(float* x, float* bias, float* target, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
            Store(Tanh(Load(x + i, count - i) + Load(bias + i, count - i)), target + i, count - i);
    }

    /// <summary>x += y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count) Store(Load(x + i, count - i) + Load(y + i, count - i), x + i, count - i);
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

    /// <summary>tanh(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> size = Vector.Abs(x), far = Vector<float>.One - new Vector<float>(2) / (Vector<float>.One + Exp(size + size));
        // Near 0 the difference above loses its digits; there the Taylor series up to x^9 has them all.
        Vector<float> square = x * x, series = new(62f / 2835);
        series = Vector.FusedMultiplyAdd(series, square, new(-17f / 315));
        series = Vector.FusedMultiplyAdd(series, square, new(2f / 15));
        series = Vector.FusedMultiplyAdd(series, square, new(-1f / 3));
        return Vector.ConditionalSelect(Vector.LessThan(size, new Vector<float>(0.25f)), Vector.FusedMultiplyAdd(x * square, series, x), Vector.CopySign(far, x));
    }

    // exp(x) = 2^n exp(r) with |r| <= ln 2 / 2, where the Taylor series up to r^7 is exact to a float; several times faster than Vector.Exp.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exp(Vector<float> x)
    {
        const float Shift = 12582912; // 1.5 x 2^23: numbers of this size have no digits behind the point, so adding it rounds
        x = Vector.MinNative(new Vector<float>(88), Vector.MaxNative(new Vector<float>(-88), x)); // in this order a NaN stays one
        Vector<float> shifted = Vector.FusedMultiplyAdd(x, new Vector<float>(1.44269504f), new(Shift)), n = shifted - new Vector<float>(Shift);
        // ln 2 in two parts, the first with so few digits that n times it is exact.
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(2.12194440e-4f), Vector.FusedMultiplyAdd(n, new Vector<float>(-0.693359375f), x));
        Vector<float> series = new(1f / 5040);
        series = Vector.FusedMultiplyAdd(series, r, new(1f / 720));
        series = Vector.FusedMultiplyAdd(series, r, new(1f / 120));
        series = Vector.FusedMultiplyAdd(series, r, new(1f / 24));
        series = Vector.FusedMultiplyAdd(series, r, new(1f / 6));
        series = Vector.FusedMultiplyAdd(series, r, new(0.5f));
        series = Vector.FusedMultiplyAdd(series, r, Vector<float>.One);
        series = Vector.FusedMultiplyAdd(series, r, Vector<float>.One);
        Vector<int> exponent = Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(new Vector<float>(Shift)) + new Vector<int>(127);
        return series * Vector.AsVectorSingle(Vector.ShiftLeft(exponent, 23));
    }
}
