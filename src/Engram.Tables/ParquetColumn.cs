using System.Globalization;
using Engram.OwnData.Rows;
using Parquet.Data;
using Parquet.Schema;

namespace Engram.Tables;

/// <summary>The values of one column in one group of rows, given one after the other.</summary>
internal abstract class ParquetColumn : IDisposable
{
    /// <summary>Gives the next value to a table; nothing where it is missing.</summary>
    /// <param name="builder">Takes it.</param>
    /// <param name="column">Its place in the file.</param>
    /// <returns>False where there are no more.</returns>
    public abstract bool Give(TableBuilder builder, int column);

    /// <summary>Frees the values.</summary>
    public abstract void Dispose();

    /// <summary>Whether values of a column mean something to a table.</summary>
    public static bool CanRead(DataField field) => Make(field, null) is not null;

    /// <summary>The values of a column that can be read.</summary>
    public static ParquetColumn Of(DataField field, RawColumnData data) => Make(field, data) ?? throw new NotSupportedException($"values of the type {field.ClrType.Name} in the column '{field.Name}'");

    private static ParquetColumn? Make(DataField field, RawColumnData? data)
    {
        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.SByte => Numbers<sbyte>(value => value),
            TypeCode.Byte => Numbers<byte>(value => value),
            TypeCode.Int16 => Numbers<short>(value => value),
            TypeCode.UInt16 => Numbers<ushort>(value => value),
            TypeCode.Int32 => Numbers<int>(value => value),
            TypeCode.UInt32 => Numbers<uint>(value => value),
            TypeCode.Int64 => Numbers<long>(value => value),
            TypeCode.UInt64 => Numbers<ulong>(value => value),
            TypeCode.Single => Numbers<float>(value => value),
            TypeCode.Double => Numbers<double>(value => value),
            TypeCode.Decimal => Numbers<decimal>(value => (double)value),
            TypeCode.Boolean => Texts<bool>(value => (value ? "true" : "false").AsMemory()),
            TypeCode.DateTime => Texts<DateTime>(value => value.ToString(value.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture).AsMemory()),
            _ when field.ClrType == typeof(ReadOnlyMemory<char>) => Texts<ReadOnlyMemory<char>>(value => value),
            _ when field.ClrType == typeof(Guid) => Texts<Guid>(value => value.ToString().AsMemory()),
            _ => null,
        };

        Values<T> Numbers<T>(Func<T, double> number) where T : struct, IFormattable => new((RawColumnData<T>?)data, field.MaxDefinitionLevel > 0, number, value => value.ToString(null, CultureInfo.InvariantCulture).AsMemory());

        Values<T> Texts<T>(Func<T, ReadOnlyMemory<char>> text) where T : struct => new((RawColumnData<T>?)data, field.MaxDefinitionLevel > 0, null, text);
    }

    /// <summary>Values of one type; those that are missing are told by the levels alone.</summary>
    private sealed class Values<T>(RawColumnData<T>? data, bool mayLack, Func<T, double>? number, Func<T, ReadOnlyMemory<char>> text) : ParquetColumn where T : struct
    {
        private int row, next;

        public override bool Give(TableBuilder builder, int column)
        {
            if (mayLack)
            {
                Span<int> levels = data!.DefinitionLevels;
                if (row >= levels.Length) return false;
                if (levels[row++] == 0) return true;
            }
            Span<T> values = data!.Values;
            if (next >= values.Length) return false;
            T value = values[next++];
            if (number is not null && builder.TakesNumbers(column) && number(value) is var found && TableBuilder.CanHold(found)) builder.Number(column, found);
            else if (number is null || !double.IsNaN(number(value))) builder.Text(column, text(value).Span, isNumber: number is not null);
            return true;
        }

        public override void Dispose() => data?.Dispose();
    }
}
