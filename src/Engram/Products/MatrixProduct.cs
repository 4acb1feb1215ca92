using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engram.Products;

/// <summary>
/// C = f(A B) over panels of columns: a panel of B is read where it lies or copied, so that its columns are one after the other, and
/// multiplied with a few rows of A at a time by a <see cref="TileKernel"/>.
/// </summary>
/// <remarks>
/// A number of A B is one chain of fused multiply-adds in the order of the inner dimension; of A B + C one that begins with C. So it depends neither on kernel, threads and
/// addresses, nor on the other rows and columns.
/// </remarks>
internal unsafe struct MatrixProduct
{
    // Rows of a panel that pass by together: 512 x 32 numbers are 64 KiB, and stay in the second cache with what is read of A.
    private const int InnerBlock = 512;

    // Rows of A whose numbers stay in the second cache while the panels pass by.
    private const int RowBlock = 256;

    // Rows that lie a multiple of so many numbers apart share a few places of the cache, and push each other out: they are copied.
    private const int Crowded = 512;

    // Multiply-adds below which a second thread costs more than it saves.
    private const long WorthSharing = 200_000;

    private readonly TileKernel kernel;
    private readonly int rows, columns, inner, panels, parts;
    private readonly ProductFinish finish;
    private readonly float* b;
    private readonly nint innerB, columnB;
    // The product is C^T = B^T A^T, whose sums are transposed before they are written.
    private readonly bool isTurned;
    private float* a;
    private nint rowA, innerA;

    /// <summary>Describes a product; arguments as of <see cref="Blas"/>.</summary>
    public MatrixProduct(
        TileKernel kernel, bool transposeA, bool transposeB, int rows, int columns, int inner,
        float* a, int strideA, float* b, int strideB, in ProductFinish finish)
    {
        (this.kernel, this.inner, this.finish) = (kernel, inner, finish);
        (nint Row, nint Inner) ofA = transposeA ? (1, strideA) : (strideA, 1);
        (nint Inner, nint Column) ofB = transposeB ? (1, strideB) : (strideB, 1);
        // Columns of B that do not lie one after the other are copied. Where those of A^T do, or are fewer, they take their place; and where
        // both do, but B has too few to fill a vector, or A's rows are crowded, which costs less in B's place.
        isTurned = transposeB ? transposeA || (rows >= kernel.Lanes / 2 && rows < columns)
            : transposeA && rows > columns && (columns < kernel.Lanes || (strideA % Crowded == 0 && strideB % Crowded != 0));
        (this.rows, this.columns) = isTurned ? (columns, rows) : (rows, columns);
        (rowA, innerA) = isTurned ? (ofB.Column, ofB.Inner) : ofA;
        (innerB, columnB) = isTurned ? (ofA.Inner, ofA.Row) : ofB;
        this.a = isTurned ? b : a;
        this.b = isTurned ? a : b;
        panels = (this.columns + kernel.Columns - 1) / kernel.Columns;
        int block = columnB == 1 ? RowBlock : 4 * RowBlock; // a copied panel is worth more rows
        parts = (this.rows + block - 1) / block;
        if ((long)rows * columns * inner >= WorthSharing && Crew.Size > 1)
            parts = Math.Max(parts, Math.Min(this.rows / (2 * kernel.Rows), 2 * Crew.Size / panels));
    }

    /// <summary>Multiplies; where it is worth it, with the calling thread's <see cref="Crew"/>.</summary>
    public void Run()
    {
        if (Math.Max(rowA, innerA) % Crowded == 0 && rows > 2 * kernel.Rows && panels > 2) SpreadRows();
        MatrixProduct product = this;
        int count = parts * panels;
        if ((long)rows * columns * inner >= WorthSharing) Crew.Run(count, &MultiplyPart, &product);
        else
            for (int index = 0; index < count; index++) MultiplyPart(index, &product);
    }

    private static void MultiplyPart(int index, void* product)
    {
        MatrixProduct* whole = (MatrixProduct*)product;
        whole->Multiply(index / whole->panels, index % whole->panels);
    }

    // A copy of A whose rows are an odd number of cache lines apart.
    private void SpreadRows()
    {
        int stride = ((inner + 15) / 16 | 1) * 16;
        float* spread = ProductScratch.Reserve((nint)rows * stride);
        if (innerA == 1) CopyRows(a, rowA, rows, inner, spread, stride);
        else MatrixTurn.Turn(a, innerA, inner, rows, spread, stride);
        a = spread;
        (rowA, innerA) = (stride, 1);
    }

    [SkipLocalsInit]
    private readonly void Multiply(int part, int panel)
    {
        int first = (int)((long)rows * part / parts), count = (int)((long)rows * (part + 1) / parts) - first;
        int column = panel * kernel.Columns, width = Math.Min(kernel.Columns, columns - column);
        bool isWhole = width % kernel.Lanes == 0, isDirect = isWhole && !isTurned && finish.TakesSums;
        bool isRead = isWhole && columnB == 1 && (innerB % Crowded != 0 || count <= 4 * kernel.Rows);
        float* memory = stackalloc float[(isDirect ? 0 : count * kernel.Columns) + (isRead ? 0 : Math.Min(inner, InnerBlock) * kernel.Columns) + 16];
        float* aligned = (float*)(((nuint)memory + 63) & ~(nuint)63), copy = isDirect ? aligned : aligned + count * kernel.Columns;
        float* sums = isDirect ? finish.C + first * finish.StrideC + column : aligned;
        nint strideSums = isDirect ? finish.StrideC : kernel.Columns, strideRight = isRead ? innerB : kernel.Columns;
        if (!isDirect && finish.GoesOn) finish.Read(sums, strideSums, first, column, count, width, isTurned);
        for (int start = 0; start < inner || start == 0; start += InnerBlock)
        {
            int depth = Math.Min(InnerBlock, inner - start);
            float* right = b + start * innerB + column * columnB;
            if (!isRead) right = CopyPanel(right, depth, width, copy);
            // As many rows each time as leave no few rows for the end.
            for (int row = 0, tiles = (count + kernel.Rows - 1) / kernel.Rows; tiles > 0; tiles--)
            {
                int height = (count - row + tiles - 1) / tiles;
                float* left = a + (first + row) * rowA + start * innerA;
                kernel.Multiply(height, width, depth, left, rowA, innerA, right, strideRight, sums + row * strideSums, strideSums, add: start > 0 || finish.GoesOn);
                row += height;
            }
        }
        if (!isDirect || finish.HasMore) finish.Write(sums, strideSums, first, column, count, width, isTurned);
    }

    // Columns that are missing are zero.
    private readonly float* CopyPanel(float* from, int depth, int width, float* copy)
    {
        if (width < kernel.Columns) new Span<float>(copy, depth * kernel.Columns).Clear();
        if (columnB == 1) CopyRows(from, innerB, depth, width, copy, kernel.Columns);
        else MatrixTurn.Turn(from, columnB, width, depth, copy, kernel.Columns);
        return copy;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* from, nint strideFrom, int rows, int columns, float* to, nint strideTo)
    {
        const int Ahead = 8, Line = 16; // rows are short and far apart: the processor does not foresee them, so they are asked for in time
        int vectors = columns / Vector<float>.Count * Vector<float>.Count;
        for (int row = 0; row < rows; row++, from += strideFrom, to += strideTo)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(from + Ahead * strideFrom);
                Sse.Prefetch0(from + Ahead * strideFrom + Line);
            }
            for (int i = 0; i < vectors; i += Vector<float>.Count) Vector.Store(Vector.Load(from + i), to + i);
            for (int i = vectors; i < columns; i++) to[i] = from[i];
        }
    }
}
