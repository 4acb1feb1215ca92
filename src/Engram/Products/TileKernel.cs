using System.Runtime.CompilerServices;

namespace Engram.Products;

/// <summary>
/// What multiplies a few rows of A with two vectors of columns of B: a tile of C whose sums stay in registers. Each number of the tile is one
/// chain of fused multiply-adds in the order of the inner dimension, so the kernels agree to the last bit.
/// </summary>
internal readonly unsafe struct TileKernel
{
    // [(rows - 1) * 2 + vectors - 1]
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>* multiply;

    /// <summary>Makes it of its variants: one and two vectors of one row, of two rows, and so on.</summary>
    public TileKernel(int lanes, delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>[] multiply)
    {
        (Lanes, Rows) = (lanes, multiply.Length / 2);
        // Native memory, so that a product that holds a kernel is plain numbers, which other threads may read.
        this.multiply = (delegate*<nint, float*, nint, nint, float*, nint, float*, nint, bool, void>*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(TileKernel), multiply.Length * sizeof(nint));
        for (int i = 0; i < multiply.Length; i++) this.multiply[i] = multiply[i];
    }

    /// <summary>Numbers of one vector.</summary>
    public int Lanes { get; }

    /// <summary>Most rows of a tile.</summary>
    public int Rows { get; }

    /// <summary>Most columns of a tile.</summary>
    public int Columns => 2 * Lanes;

    /// <summary>C = A B for these rows, or C += A B.</summary>
    /// <param name="rows">1 to <see cref="Rows"/>.</param>
    /// <param name="columns">1 to <see cref="Columns"/>; B is read, and C written, to the end of the vector.</param>
    /// <param name="inner">Columns of A and rows of B.</param>
    /// <param name="a">First number of A.</param>
    /// <param name="rowA">Distance of its rows.</param>
    /// <param name="innerA">Distance of its columns.</param>
    /// <param name="b">First number of B, whose columns lie one after the other.</param>
    /// <param name="innerB">Distance of its rows.</param>
    /// <param name="c">Result.</param>
    /// <param name="rowC">Distance of its rows.</param>
    /// <param name="add">Whether the sums go on from what is in C.</param>
    public void Multiply(int rows, int columns, nint inner, float* a, nint rowA, nint innerA, float* b, nint innerB, float* c, nint rowC, bool add) =>
        multiply[2 * (rows - 1) + (columns > Lanes ? 1 : 0)](inner, a, rowA, innerA, b, innerB, c, rowC, add);
}
