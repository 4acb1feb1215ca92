namespace Engram.Products;

/// <summary>Products of float32 matrices in main memory.</summary>
public static unsafe class Blas
{
    /// <summary>Row-major C = alpha op(A) op(B) + beta C, where op is the identity or the transpose.</summary>
    /// <param name="transposeA">A is stored as [inner, rows].</param>
    /// <param name="transposeB">B is stored as [columns, inner].</param>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="inner">Columns of op(A) and rows of op(B).</param>
    /// <param name="alpha">Factor of the product; with 0, A and B are not read.</param>
    /// <param name="a">First matrix.</param>
    /// <param name="strideA">Distance of the stored rows of A, in numbers.</param>
    /// <param name="b">Second matrix.</param>
    /// <param name="strideB">Distance of the stored rows of B.</param>
    /// <param name="beta">Factor of the old C; 0 overwrites, whatever C holds.</param>
    /// <param name="c">Result.</param>
    /// <param name="strideC">Distance of the rows of C.</param>
    public static void Gemm(
        bool transposeA, bool transposeB, int rows, int columns, int inner,
        float alpha, float* a, int strideA, float* b, int strideB, float beta, float* c, int strideC)
    {
        ProductFinish finish = new() { C = c, StrideC = strideC, Alpha = alpha, Beta = beta };
        if (rows > 0 && columns > 0) new MatrixProduct(TileKernels.OfProcessor, transposeA, transposeB, rows, columns, alpha == 0 ? 0 : inner, a, strideA, b, strideB, finish).Run();
    }

    /// <summary>Row-major C = f(op(A) op(B))</summary>
    /// <param name="transposeA">A is stored as [inner, rows].</param>
    /// <param name="transposeB">B is stored as [columns, inner].</param>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="inner">Columns of op(A) and rows of op(B).</param>
    /// <param name="a">First matrix.</param>
    /// <param name="strideA">Distance of the stored rows of A.</param>
    /// <param name="b">Second matrix.</param>
    /// <param name="strideB">Distance of the stored rows of B.</param>
    /// <param name="finish">Where the result goes, and what becomes of it on the way; without factors.</param>
    internal static void Gemm(
        bool transposeA, bool transposeB, int rows, int columns, int inner,
        float* a, int strideA, float* b, int strideB, ProductFinish finish)
    {
        (finish.Alpha, finish.Beta) = (1, 0);
        if (rows > 0 && columns > 0) new MatrixProduct(TileKernels.OfProcessor, transposeA, transposeB, rows, columns, inner, a, strideA, b, strideB, finish).Run();
    }
}
