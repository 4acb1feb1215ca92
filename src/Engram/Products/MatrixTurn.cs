using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Engram.Products;

/// <summary>Transposes a matrix in memory, four by four numbers at a time in registers.</summary>
internal static unsafe class MatrixTurn
{
    /// <summary>to[column, row] = from[row, column].</summary>
    /// <param name="from">[rows, columns].</param>
    /// <param name="strideFrom">Distance of its rows.</param>
    /// <param name="rows">Rows of it.</param>
    /// <param name="columns">Columns of it.</param>
    /// <param name="to">[columns, rows].</param>
    /// <param name="strideTo">Distance of its rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* from, nint strideFrom, int rows, int columns, float* to, nint strideTo)
    {
        bool hasZip = Sse.IsSupported || AdvSimd.Arm64.IsSupported;
        int wholeRows = hasZip ? rows & ~3 : 0, wholeColumns = hasZip ? columns & ~3 : 0;
        // A cache line of each row at a time.
        for (int line = 0; line < wholeColumns; line += 16)
        {
            int end = Math.Min(line + 16, wholeColumns);
            for (int row = 0; row < wholeRows; row += 4)
            {
                float* read = from + row * strideFrom + line, written = to + line * strideTo + row;
                for (int column = line; column < end; column += 4, read += 4, written += 4 * strideTo)
                {
                    Vector128<float> a = Vector128.Load(read), b = Vector128.Load(read + strideFrom);
                    Vector128<float> c = Vector128.Load(read + 2 * strideFrom), d = Vector128.Load(read + 3 * strideFrom);
                    Vector128<float> ac = Low(a, c), bd = Low(b, d);
                    Vector128.Store(Low(ac, bd), written);
                    Vector128.Store(High(ac, bd), written + strideTo);
                    ac = High(a, c);
                    bd = High(b, d);
                    Vector128.Store(Low(ac, bd), written + 2 * strideTo);
                    Vector128.Store(High(ac, bd), written + 3 * strideTo);
                }
            }
        }
        for (int column = 0; column < columns; column++)
            for (int row = column < wholeColumns ? wholeRows : 0; row < rows; row++) to[column * strideTo + row] = from[row * strideFrom + column];
    }

    // x0 y0 x1 y1
    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y) => Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.ZipLow(x, y);

    // x2 y2 x3 y3
    private static Vector128<float> High(Vector128<float> x, Vector128<float> y) => Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.ZipHigh(x, y);
}
