using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engram.Products;

/// <summary>What becomes of the sums of a product as they are written: f(alpha sums + beta C + bias).</summary>
internal unsafe struct ProductFinish
{
    /// <summary>Where the result goes.</summary>
    public float* C;

    /// <summary>Distance of its rows.</summary>
    public nint StrideC;

    /// <summary>Factor of the sums.</summary>
    public float Alpha;

    /// <summary>Factor of the old C; 0 overwrites it, whatever it holds.</summary>
    public float Beta;

    /// <summary>[columns], added to each row; null for none.</summary>
    public float* Bias;

    /// <summary>Whether what is negative becomes zero.</summary>
    public bool Rectify;

    /// <summary>As C, with the same stride: where it is not positive, the result is zero; null for no mask.</summary>
    public float* Mask;

    /// <summary>[rows], added to each column; null for none.</summary>
    public float* RowBias;

    /// <summary>Whether C may hold the sums before <see cref="Write"/>.</summary>
    public readonly bool TakesSums => Alpha == 1 && Beta is 0 or 1;

    /// <summary>Whether the sums begin with what is in C.</summary>
    public readonly bool GoesOn => Alpha == 1 && Beta == 1;

    /// <summary>Whether anything is left to do for sums that are in C already.</summary>
    public readonly bool HasMore => Bias is not null || RowBias is not null || Rectify || Mask is not null;

    private static int Width => Vector<float>.Count;

    /// <summary>Reads what the sums begin with; arguments as of <see cref="Write"/>.</summary>
    public readonly void Read(float* sums, nint strideSums, int firstRow, int firstColumn, int rows, int columns, bool isTurned)
    {
        if (isTurned) MatrixTurn.Turn(C + firstColumn * StrideC + firstRow, StrideC, columns, rows, sums, strideSums);
        else
            for (int row = 0; row < rows; row++) new Span<float>(C + (firstRow + row) * StrideC + firstColumn, columns).CopyTo(new(sums + row * strideSums, columns));
    }

    /// <summary>Writes sums.</summary>
    /// <param name="sums">[rows, columns].</param>
    /// <param name="strideSums">Distance of its rows.</param>
    /// <param name="firstRow">Row of C that they belong to.</param>
    /// <param name="firstColumn">Column of C.</param>
    /// <param name="rows">Rows of the sums.</param>
    /// <param name="columns">Columns of them.</param>
    /// <param name="isTurned">Whether rows of the sums are columns of C.</param>
    [SkipLocalsInit]
    public readonly void Write(float* sums, nint strideSums, int firstRow, int firstColumn, int rows, int columns, bool isTurned)
    {
        if (!isTurned)
        {
            for (int row = 0; row < rows; row++) WriteRow(sums + row * strideSums, firstRow + row, firstColumn, columns);
            return;
        }
        const int Together = 64;
        float* turned = stackalloc float[(int)strideSums * Together];
        for (int row = 0; row < rows; row += Together)
        {
            int count = Math.Min(Together, rows - row);
            MatrixTurn.Turn(sums + row * strideSums, strideSums, count, columns, turned, Together);
            for (int column = 0; column < columns; column++) WriteRow(turned + column * Together, firstColumn + column, firstRow + row, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void WriteRow(float* sums, nint row, nint column, int count)
    {
        float* c = C + row * StrideC + column, mask = Mask is null ? null : Mask + row * StrideC + column, bias = Bias is null ? null : Bias + column;
        float ofRow = RowBias is null ? 0 : RowBias[row], keep = GoesOn ? 0 : Beta;
        int i = 0;
        for (; i <= count - Width; i += Width)
        {
            Vector<float> value = new Vector<float>(Alpha) * Vector.Load(sums + i);
            if (keep != 0) value += new Vector<float>(keep) * Vector.Load(c + i);
            if (bias is not null) value += Vector.Load(bias + i);
            if (RowBias is not null) value += new Vector<float>(ofRow);
            if (Rectify) value = Vector.MaxNative(Vector<float>.Zero, value); // in this order a NaN stays one
            if (mask is not null) value = Vector.BitwiseAnd(value, Vector.AsVectorSingle(Vector.GreaterThan(Vector.Load(mask + i), Vector<float>.Zero)));
            Vector.Store(value, c + i);
        }
        for (; i < count; i++)
        {
            float value = Alpha * sums[i];
            if (keep != 0) value += keep * c[i];
            if (bias is not null) value += bias[i];
            if (RowBias is not null) value += ofRow;
            if (Rectify) value = MathF.Max(value, 0);
            c[i] = mask is null || mask[i] > 0 ? value : 0;
        }
    }
}
