using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Gradients;

/// <summary>
/// Inner products of flat vectors and of the rows of a matrix [t, P], t small and P large: one pass over blocks that stay in the cache,
/// added up in double precision. In main memory they are loops over the numbers in place, elsewhere tensor operations.
/// </summary>
internal static unsafe class FlatProducts
{
    private const int BlockLength = 2048;

    /// <summary>Inner product of two vectors.</summary>
    public static double Dot(Tensor left, Tensor right)
    {
        if (!FlatVector.IsDirect(left) || !FlatVector.IsDirect(right)) return Doubles((left.to(float64) * right.to(float64)).sum())[0];
        float* a = FlatVector.Pointer(left), b = FlatVector.Pointer(right);
        nint count = (nint)left.numel();
        double sum = 0;
        for (nint first = 0; first < count; first += BlockLength) sum += BlockDot(a + first, b + first, Math.Min(BlockLength, count - first));
        return sum;
    }

    /// <summary>Inner products of each row with a vector, [t].</summary>
    public static double[] WithRows(Tensor rows, Tensor vector)
    {
        if (!FlatVector.IsDirect(rows) || !FlatVector.IsDirect(vector)) return Doubles(rows.to(float64).mv(vector.to(float64)));
        float* g = FlatVector.Pointer(vector), matrix = Matrix(rows);
        double[] products = new double[rows.size(0)];
        nint count = (nint)vector.numel();
        for (nint first = 0; first < count; first += BlockLength)
            for (int i = 0; i < products.Length; i++) products[i] += BlockDot(matrix + i * count + first, g + first, Math.Min(BlockLength, count - first));
        return products;
    }

    /// <summary>Inner products of the rows with each other, [t, t].</summary>
    public static double[,] Gram(Tensor rows)
    {
        int t = (int)rows.size(0);
        double[,] gram = new double[t, t];
        if (FlatVector.IsDirect(rows)) AddGram(Matrix(rows), (nint)rows.size(1), gram);
        else
        {
            Tensor wide = rows.to(float64);
            Buffer.BlockCopy(Doubles(wide.mm(wide.t())), 0, gram, 0, t * t * sizeof(double));
        }
        return gram;
    }

    /// <summary>vector += sum_i weights_i rows_i.</summary>
    public static void AddRows(Tensor rows, double[] weights, Tensor vector)
    {
        if (!FlatVector.IsDirect(rows) || !FlatVector.IsDirect(vector))
        {
            vector.Add(rows.t().mv(tensor(weights, dtype: float32, device: rows.device)));
            return;
        }
        float* g = FlatVector.Pointer(vector), matrix = Matrix(rows);
        nint count = (nint)vector.numel();
        for (nint first = 0; first < count; first += BlockLength)
            for (int i = 0; i < weights.Length; i++)
                if (weights[i] != 0) BlockAdd((float)weights[i], matrix + i * count + first, g + first, Math.Min(BlockLength, count - first));
    }

    /// <summary>vector += weight x other.</summary>
    public static void Add(double weight, Tensor other, Tensor vector)
    {
        if (FlatVector.IsDirect(other) && FlatVector.IsDirect(vector)) BlockAdd((float)weight, FlatVector.Pointer(other), FlatVector.Pointer(vector), (nint)vector.numel());
        else vector.Add(other, weight);
    }

    private static void AddGram(float* matrix, nint count, double[,] gram)
    {
        int t = gram.GetLength(0);
        for (nint first = 0; first < count; first += BlockLength)
            for (int i = 0; i < t; i++)
                for (int j = 0; j <= i; j++) gram[i, j] += BlockDot(matrix + i * count + first, matrix + j * count + first, Math.Min(BlockLength, count - first));
        for (int i = 0; i < t; i++)
            for (int j = 0; j < i; j++) gram[j, i] = gram[i, j];
    }

    // A span holds at most 2^31 bytes, a matrix of gradients may hold more: only its address is taken.
    private static float* Matrix(Tensor rows)
    {
        using Tensor first = rows.narrow(0, 0, 1);
        return FlatVector.Pointer(first);
    }

    private static double[] Doubles(Tensor numbers) => numbers.cpu().data<double>().ToArray();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockDot(float* a, float* b, nint count)
    {
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        nint width = Vector<float>.Count, i = 0;
        for (; i <= count - 4 * width; i += 4 * width)
        {
            s0 = Vector.FusedMultiplyAdd(Vector.Load(a + i), Vector.Load(b + i), s0);
            s1 = Vector.FusedMultiplyAdd(Vector.Load(a + i + width), Vector.Load(b + i + width), s1);
            s2 = Vector.FusedMultiplyAdd(Vector.Load(a + i + 2 * width), Vector.Load(b + i + 2 * width), s2);
            s3 = Vector.FusedMultiplyAdd(Vector.Load(a + i + 3 * width), Vector.Load(b + i + 3 * width), s3);
        }
        double sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; i < count; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlockAdd(float weight, float* row, float* vector, nint count)
    {
        Vector<float> factor = new(weight);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(factor, Vector.Load(row + i), Vector.Load(vector + i)), vector + i);
        for (; i < count; i++) vector[i] = MathF.FusedMultiplyAdd(weight, row[i], vector[i]);
    }
}
