using System.Buffers.Binary;
using System.IO.Enumeration;
using Engram.OwnData;
using Engram.OwnData.Rows;
using Parquet;
using Parquet.Schema;

namespace Engram.Tables;

/// <summary>
/// Tables in the Parquet format. Numbers are numbers, texts and truth values are names, dates are dates; lists, structures, maps and bytes are
/// refused unless they are ignored. One group of rows is in memory beside what is kept.
/// </summary>
[RecordReader("parquet", Looks = "*.parquet (tables)")]
public sealed class ParquetTableReader : RecordReader
{
    private const int MostRowsOfAGroup = 100_000_000;

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        TableReading.Open(path, DataFolder.Items(path, NameOf), options, (item, builder) => Fill(item, builder, options, progress, cancellation));

    private static string? NameOf(string file) => file[0] != '.' && FileSystemName.MatchesSimpleExpression("*.parquet", file) ? Path.GetFileNameWithoutExtension(file) : null;

    private static void Fill(DataItem item, TableBuilder builder, RecordOptions options, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        using FileStream file = DataFile.Open(item.Path);
        RequireMarks(file, item.Path);
        ParquetReader reader = Call(item.Path, () => ParquetReader.CreateAsync(file, null, leaveStreamOpen: true, cancellation).GetAwaiter().GetResult());
        Field[] all = Call(item.Path, () => reader.Schema.Fields.ToArray());
        int[] places = [.. Enumerable.Range(0, all.Length).Where(place => !options.Ignore.Contains(all[place].Name))];
        Field[] fields = [.. places.Select(place => all[place])];
        foreach (Field field in fields) RequireFlat(field, item.Path);
        builder.Begin(item, [.. all.Select(field => field.Name)], "row", typed: true);
        long row = 0;
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            ParquetColumn[] columns = [];
            try
            {
                using ParquetRowGroupReader rows = Call(item.Path, () => reader.OpenRowGroupReader(group));
                if (rows.RowCount is < 0 or > MostRowsOfAGroup) throw DataFile.Wrong($"'{item.Path}' announces a group of {rows.RowCount} rows, and {MostRowsOfAGroup} are possible; write it with smaller row groups, or copy it again.");
                columns = Call(item.Path, () => fields.Select(field => ParquetColumn.Of((DataField)field, rows.ReadRawColumnDataBaseAsync((DataField)field, cancellation).AsTask().GetAwaiter().GetResult())).ToArray());
                for (long i = 0; i < rows.RowCount; i++)
                {
                    builder.BeginRow(++row);
                    for (int column = 0; column < columns.Length; column++)
                        if (!columns[column].Give(builder, places[column])) throw DataFile.Wrong($"'{item.Path}' is damaged: the column '{Quote.Of(fields[column].Name)}' ends before row {row}; write or copy it again.");
                    builder.EndRow();
                }
            }
            finally
            {
                foreach (ParquetColumn column in columns) column.Dispose();
            }
            progress?.Report(new(file.Position, file.Length, "bytes"));
        }
    }

    private static void RequireMarks(FileStream file, string path)
    {
        Span<byte> mark = stackalloc byte[4];
        for (int end = 0; end < 2; end++)
        {
            if (end == 1) file.Seek(-4, SeekOrigin.End);
            if (file.Length < 12 || file.ReadAtLeast(mark, 4, throwOnEndOfStream: false) < 4 || !mark.SequenceEqual("PAR1"u8))
                throw DataFile.Wrong($"'{path}' {(end == 0 ? "begins" : "ends")} otherwise than a Parquet file, with {Convert.ToHexString(mark)} and not with {Convert.ToHexString("PAR1"u8)}{(end == 0 ? "" : ": it was cut off")}; write or copy it again.");
        }
        RequireFooter(file, path);
        file.Position = 0;
    }

    // Before the mark at the end stands how long the description is that stands before that.
    private static void RequireFooter(FileStream file, string path)
    {
        Span<byte> number = stackalloc byte[4];
        file.Seek(-8, SeekOrigin.End);
        file.ReadExactly(number);
        int length = BinaryPrimitives.ReadInt32LittleEndian(number);
        if (length < 1 || length > file.Length - 12) throw DataFile.Wrong($"'{path}' announces a description of {length} bytes, and has room for {file.Length - 12}: it is damaged; write or copy it again.");
        byte[] description = new byte[length];
        file.Seek(-8 - length, SeekOrigin.End);
        file.ReadExactly(description);
        if (!new CompactStructure(description).IsWhole()) throw DataFile.Wrong($"'{path}' has a description that does not end within its {length} bytes: it is damaged; write or copy it again.");
    }

    private static void RequireFlat(Field field, string path)
    {
        string? wrong = field is not DataField data ? $"is nested ({field.SchemaType.ToString().ToLowerInvariant()})" : data.IsArray ? "is nested (list)" : ParquetColumn.CanRead(data) ? null : $"holds values of the type {data.ClrType.Name}";
        if (wrong is not null) throw DataFile.Wrong($"The column '{Quote.Of(field.Name)}' of '{path}' {wrong}, where numbers, texts, dates or truth values were expected; give each of its values a column of its own, or leave it out with --ignore {field.Name}.");
    }

    // A damaged file comes out of the reader as almost any exception.
    private static T Call<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception cause) when (cause is not (EngramException or OperationCanceledException or OutOfMemoryException))
        {
            throw DataFile.Wrong($"'{path}' is a damaged Parquet file, or one of a kind that cannot be read: {Quote.Of(cause.Message.ReplaceLineEndings(" ").TrimEnd('.'), 200)}; write or copy it again.", cause);
        }
    }
}
