using Engram.Products;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>A matrix product by libtorch and by <see cref="Blas"/>, against plain loops.</summary>
internal static unsafe class ProductProbe
{
    /// <summary>One probe per shape (rows, inner, columns).</summary>
    public static IEnumerable<EngineProbe> All { get; } =
        [.. new[] { (Rows: 1, Inner: 7, Columns: 3), (Rows: 10, Inner: 33, Columns: 17), (Rows: 32, Inner: 64, Columns: 10) }
            .Select(shape => new EngineProbe("matrix product", () => Error(shape.Rows, shape.Inner, shape.Columns)))];

    private static double Error(int rows, int inner, int columns)
    {
        using var scope = NewDisposeScope();
        float[] a = EngineProbe.Numbers(rows * inner, 1), b = EngineProbe.Numbers(inner * columns, 2);
        double[] right = new double[rows * columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                for (int k = 0; k < inner; k++) right[row * columns + column] += (double)a[row * inner + k] * b[k * columns + column];

        double error = EngineProbe.Difference(tensor(a).view(rows, inner).matmul(tensor(b).view(inner, columns)).data<float>().ToArray(), right);
        float[] product = new float[right.Length];
        fixed (float* first = a, second = b, result = product) Blas.Gemm(false, false, rows, columns, inner, 1, first, inner, second, columns, 0, result, columns);
        return Math.Max(error, EngineProbe.Difference(product, right)); // not a number where one of them is none
    }
}
