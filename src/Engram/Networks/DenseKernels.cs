using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Products;

namespace Engram.Networks;

/// <summary>The passes between a perceptron's matrix products; each touches its numbers once. Compiled in full at
/// once, since a step spends its time here from the first one on. Matrices are row-major and without gaps.</summary>
internal static unsafe class DenseKernels
{
    private static int Width => Vector<float>.Count;

    /// <summary>x = max(x + bias, 0), or x + bias for the output layer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBias(float* x, float* bias, int rows, int columns, bool rectify)
    {
        Vector<float> floor = rectify ? Vector<float>.Zero : new(float.NegativeInfinity);
        for (int row = 0; row < rows; row++, x += columns)
        {
            int i = 0;
            for (; i <= columns - Width; i += Width)
                Vector.Store(Vector.MaxNative(floor, Vector.Load(x + i) + Vector.Load(bias + i)), x + i); // in this order a NaN stays one
            for (; i < columns; i++) x[i] = MathF.Max(x[i] + bias[i], floor[0]);
        }
    }

    /// <summary>x = max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rectify(float* x, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width) Vector.Store(Vector.MaxNative(Vector<float>.Zero, Vector.Load(x + i)), x + i); // in this order a NaN stays one
        for (; i < count; i++) x[i] = MathF.Max(x[i], 0);
    }

    /// <summary>delta = 0 where the unit was off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mask(float* delta, float* activation, nint count)
    {
        nint i = 0;
        for (; i <= count - Width; i += Width) Vector.Store(Masked(delta + i, activation + i), delta + i);
        for (; i < count; i++) delta[i] = activation[i] > 0 ? delta[i] : 0;
    }

    /// <summary>Returns the sum of x y, and leaves x times the factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float DotAndScale(float* x, float* y, float factor, nint count)
    {
        Vector<float> sums = Vector<float>.Zero, factors = new(factor);
        nint i = 0;
        for (; i <= count - Width; i += Width)
        {
            Vector<float> value = Vector.Load(x + i);
            sums = Vector.FusedMultiplyAdd(value, Vector.Load(y + i), sums);
            Vector.Store(value * factors, x + i);
        }
        float sum = Vector.Sum(sums);
        for (; i < count; i++)
        {
            sum += x[i] * y[i];
            x[i] *= factor;
        }
        return sum;
    }

    /// <summary>delta = 0 where the unit was off (activation 0), and the column sums of what remains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaskAndSumColumns(float* delta, float* activation, float* sums, int rows, int columns)
    {
        new Span<float>(sums, columns).Clear();
        for (int row = 0; row < rows; row++, delta += columns, activation += columns)
        {
            int i = 0;
            for (; i <= columns - Width; i += Width)
            {
                Vector<float> kept = Masked(delta + i, activation + i);
                Vector.Store(kept, delta + i);
                Vector.Store(Vector.Load(sums + i) + kept, sums + i);
            }
            for (; i < columns; i++) sums[i] += delta[i] = activation[i] > 0 ? delta[i] : 0;
        }
    }

    /// <summary>sums += column sums, of rows so many numbers apart; 0 for rows without gaps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddColumns(float* x, float* sums, int rows, int columns, nint stride = 0)
    {
        if (stride == 0) stride = columns;
        for (int row = 0; row < rows; row++, x += stride)
        {
            int i = 0;
            for (; i <= columns - Width; i += Width) Vector.Store(Vector.Load(sums + i) + Vector.Load(x + i), sums + i);
            for (; i < columns; i++) sums[i] += x[i];
        }
    }

    /// <summary>sums = column sums, of rows so many numbers apart; 0 for rows without gaps.</summary>
    public static void SumColumns(float* x, float* sums, int rows, int columns, nint stride = 0)
    {
        Clear(sums, columns);
        AddColumns(x, sums, rows, columns, stride);
    }

    /// <summary>sums += row sums, in the order of the columns: the bits are those of the column sums of the transpose.</summary>
    [SkipLocalsInit]
    public static void AddRows(float* x, float* sums, int rows, int columns)
    {
        const int Rows = 16, Columns = 128;
        float* turned = stackalloc float[Rows * Columns];
        for (int row = 0; row < rows; row += Rows)
        {
            int height = Math.Min(Rows, rows - row);
            for (int column = 0; column < columns; column += Columns)
            {
                int width = Math.Min(Columns, columns - column);
                MatrixTurn.Turn(x + (nint)row * columns + column, columns, height, width, turned, height);
                AddColumns(turned, sums + row, width, height);
            }
        }
    }

    /// <summary>sums = row sums.</summary>
    public static void SumRows(float* x, float* sums, int rows, int columns)
    {
        Clear(sums, rows);
        AddRows(x, sums, rows, columns);
    }

    /// <summary>numbers = 0.</summary>
    public static void Clear(float* numbers, nint count) => new Span<float>(numbers, checked((int)count)).Clear();

    /// <summary>target = (or +=) x squared, or the absolute value of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Power(float* x, float* target, nint count, SamplePower power, bool add)
    {
        bool square = power == SamplePower.Square;
        nint i = 0;
        for (; i <= count - Width; i += Width)
        {
            Vector<float> value = Vector.Load(x + i);
            value = square ? value * value : Vector.Abs(value);
            Vector.Store(add ? Vector.Load(target + i) + value : value, target + i);
        }
        for (; i < count; i++)
        {
            float value = square ? x[i] * x[i] : MathF.Abs(x[i]);
            target[i] = add ? target[i] + value : value;
        }
    }

    private static Vector<float> Masked(float* delta, float* activation) =>
        Vector.BitwiseAnd(Vector.Load(delta), Vector.AsVectorSingle(Vector.GreaterThan(Vector.Load(activation), Vector<float>.Zero)));
}
