using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engram.OwnData.Rows;

/// <summary>Rows of equal size, one after the other in blocks of about a megabyte, so that no copy is ever made to grow.</summary>
internal sealed class RowStore
{
    private const int Block = 1 << 20;

    private readonly List<byte[]> blocks = [];
    private readonly int rowBytes, rowsOfABlock;

    /// <param name="rowBytes">Size of a row.</param>
    public RowStore(int rowBytes)
    {
        this.rowBytes = rowBytes;
        rowsOfABlock = Math.Max(1, Block / Math.Max(1, rowBytes));
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<byte> row)
    {
        if (Count % rowsOfABlock == 0) blocks.Add(GC.AllocateUninitializedArray<byte>(rowsOfABlock * rowBytes));
        row.CopyTo(blocks[^1].AsSpan(Count % rowsOfABlock * rowBytes));
        Count++;
    }

    /// <summary>A row.</summary>
    public ReadOnlySpan<byte> this[int row] => blocks[row / rowsOfABlock].AsSpan(row % rowsOfABlock * rowBytes, rowBytes);

    /// <summary>The number of a column in a row; NaN where it is missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double NumberIn(ReadOnlySpan<byte> row, TableColumn column) =>
        column.Kind == ColumnKind.Number ? MemoryMarshal.Read<float>(row[column.Offset..]) : MemoryMarshal.Read<double>(row[column.Offset..]);

    /// <summary>What tells the value of a column in a row from others (<see cref="Cell.IdentityOf(double)"/>).</summary>
    public static ulong IdentityIn(ReadOnlySpan<byte> row, TableColumn column) => column.Kind switch
    {
        ColumnKind.Number or ColumnKind.WideNumber => Cell.IdentityOf(NumberIn(row, column)),
        _ => MemoryMarshal.Read<ulong>(row[column.Offset..]),
    };
}
