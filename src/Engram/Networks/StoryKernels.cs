using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engram.Networks;

/// <summary>
/// The passes of a <see cref="StoryReader"/> over vectors of words, statements and states. Counts are whole numbers of vectors unless
/// said otherwise. Compiled in full at once, since a step spends its time here from the first one on.
/// </summary>
internal static unsafe class StoryKernels
{
    private static int Width => Vector<float>.Count;

    /// <summary>to = start + sum over j of positions_j * table_(words_j).</summary>
    /// <param name="words">Rows of the table.</param>
    /// <param name="start">First summand; null for none.</param>
    /// <param name="table">Rows of <paramref name="stride"/> numbers.</param>
    /// <param name="positions">A row of <paramref name="stride"/> numbers for each place of a word.</param>
    /// <param name="to">Result.</param>
    /// <param name="count">How many numbers of a row.</param>
    /// <param name="stride">Distance of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(ReadOnlySpan<int> words, float* start, float* table, float* positions, float* to, int count, int stride)
    {
        int step = Width, k = 0;
        for (; k <= count - 4 * step; k += 4 * step)
        {
            Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
            if (start is not null) (a, b, c, d) = (Vector.Load(start + k), Vector.Load(start + k + step), Vector.Load(start + k + 2 * step), Vector.Load(start + k + 3 * step));
            float* place = positions + k;
            foreach (int word in words)
            {
                float* row = table + (nint)word * stride + k;
                a = Vector.FusedMultiplyAdd(Vector.Load(place), Vector.Load(row), a);
                b = Vector.FusedMultiplyAdd(Vector.Load(place + step), Vector.Load(row + step), b);
                c = Vector.FusedMultiplyAdd(Vector.Load(place + 2 * step), Vector.Load(row + 2 * step), c);
                d = Vector.FusedMultiplyAdd(Vector.Load(place + 3 * step), Vector.Load(row + 3 * step), d);
                place += stride;
            }
            Vector.Store(a, to + k);
            Vector.Store(b, to + k + step);
            Vector.Store(c, to + k + 2 * step);
            Vector.Store(d, to + k + 3 * step);
        }
        for (; k < count; k += step)
        {
            Vector<float> a = start is null ? Vector<float>.Zero : Vector.Load(start + k);
            float* place = positions + k;
            foreach (int word in words)
            {
                a = Vector.FusedMultiplyAdd(Vector.Load(place), Vector.Load(table + (nint)word * stride + k), a);
                place += stride;
            }
            Vector.Store(a, to + k);
        }
    }

    /// <summary>table_(words_j) += positions_j * delta for every j; arguments as in <see cref="Encode"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter(ReadOnlySpan<int> words, float* delta, float* positions, float* table, int count, int stride)
    {
        foreach (int word in words)
        {
            float* row = table + (nint)word * stride;
            for (int k = 0; k < count; k += Width)
                Vector.Store(Vector.FusedMultiplyAdd(Vector.Load(positions + k), Vector.Load(delta + k), Vector.Load(row + k)), row + k);
            positions += stride;
        }
    }

    /// <summary>The sum of x y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* x, float* y, int count)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int k = 0; k < count; k += Width) sum = Vector.FusedMultiplyAdd(Vector.Load(x + k), Vector.Load(y + k), sum);
        return Vector.Sum(sum);
    }

    /// <summary>to = factor x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float factor, float* x, float* to, int count)
    {
        Vector<float> factors = new(factor);
        for (int k = 0; k < count; k += Width) Vector.Store(factors * Vector.Load(x + k), to + k);
    }

    /// <summary>to += factor x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float factor, float* x, float* to, int count)
    {
        Vector<float> factors = new(factor);
        for (int k = 0; k < count; k += Width) Vector.Store(Vector.FusedMultiplyAdd(factors, Vector.Load(x + k), Vector.Load(to + k)), to + k);
    }

    /// <summary>to += x; any count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* to, int count)
    {
        int k = 0;
        for (; k <= count - Width; k += Width) Vector.Store(Vector.Load(to + k) + Vector.Load(x + k), to + k);
        for (; k < count; k++) to[k] += x[k];
    }

    /// <summary>sum += the power of (factor x + y); any count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddPower(float factor, float* x, float* y, float* sum, int count, SamplePower power)
    {
        bool square = power == SamplePower.Square;
        Vector<float> factors = new(factor);
        int k = 0;
        for (; k <= count - Width; k += Width)
        {
            Vector<float> value = Vector.FusedMultiplyAdd(factors, Vector.Load(x + k), Vector.Load(y + k));
            Vector.Store(Vector.Load(sum + k) + (square ? value * value : Vector.Abs(value)), sum + k);
        }
        for (; k < count; k++)
        {
            float value = factor * x[k] + y[k];
            sum[k] += square ? value * value : MathF.Abs(value);
        }
    }
}
