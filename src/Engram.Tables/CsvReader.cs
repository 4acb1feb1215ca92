using System.Globalization;
using Engram.OwnData;
using Engram.OwnData.Rows;
using nietras.SeparatedValues;

namespace Engram.Tables;

/// <summary>
/// Tables as text, a row a line, with the names of the columns in the first one. The delimiter is found by itself; values may stand in double quotes
/// (RFC 4180), a quote in them doubled. A file whose first line holds numbers alone has no names: its columns are numbered from 1.
/// </summary>
[RecordReader("csv", Looks = "*.csv, *.tsv, *.tab, *.psv, also .gz (tables)")]
public sealed class CsvReader : RecordReader
{
    private static readonly string[] Endings = [".csv", ".tsv", ".tab", ".psv"];

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        Read(path, DataFolder.Items(path, NameOf), DataFile.Open, options, progress, cancellation);

    /// <summary>Reads tables from wherever their bytes are.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="items">The files.</param>
    /// <param name="open">Opens one of them by its path.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="progress">Hears how much is read; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal static Records Read(string path, IReadOnlyList<DataItem> items, Func<string, Stream> open, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        TableReading.Open(path, items, options, (item, builder) =>
        {
            using CsvText text = new(open(item.Path), item.Path, progress, cancellation);
            Fill(text, item, builder, options.Unlabelled ? 1 : 2);
        });

    private static string? NameOf(string file)
    {
        string plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return file[0] != '.' && Endings.FirstOrDefault(ending => plain.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found ? plain[..^found.Length] : null;
    }

    // A table without labels may have a single column; one with labels has two at least.
    private static void Fill(CsvText text, DataItem item, TableBuilder builder, int fewestColumns)
    {
        long line = 1;
        try
        {
            char delimiter = Delimiter.In(text.First, text.FirstIsAll);
            using SepReader reader = Sep.New(delimiter).Reader(options => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true, Trim = SepTrim.Outer }).From(text);
            int columns = 0;
            foreach (SepReader.Row row in reader)
            {
                if (row.LineNumberToExcl - row.LineNumberFrom > 1 && OpensInside(row.Span, delimiter))
                    throw text.EndsInQuotes ? Open(row.LineNumberFrom, item) : DataFile.Wrong($"A quote stands inside a value in line {row.LineNumberFrom} of '{item.Path}', and the next one only in line {row.LineNumberToExcl - 1}, so that all between them would be one value; put the value into quotes and double the quote in it.");
                if (row.ColCount == 1 && row[0].Span.IsEmpty) continue; // a line without anything
                if (columns == 0)
                {
                    columns = row.ColCount;
                    if (columns < fewestColumns) throw DataFile.Wrong($"The first line of '{item.Path}' is one value, '{Quote.Of(row[0].Span)}', where names of at least two columns were expected; separate them by a comma, semicolon, tab or bar.");
                    if (Begin(row, item, builder)) continue;
                }
                else line = row.LineNumberFrom;
                if (row.ColCount != columns) throw text.EndsInQuotes ? Open(line, item) : Uneven(row, columns, item);
                builder.BeginRow(line);
                for (int column = 0; column < columns; column++)
                {
                    ReadOnlySpan<char> value = row[column].Span;
                    if (builder.TakesNumbers(column) && Cell.IsNumber(value, out double number) && TableBuilder.CanHold(number)) builder.Number(column, number);
                    else builder.Text(column, value);
                }
                builder.EndRow();
            }
        }
        catch (NotSupportedException cause)
        {
            throw DataFile.Wrong($"What begins after line {line} of '{item.Path}' is longer than 16 million letters without an end; close the quote that opens there, or leave it out.", cause);
        }
        if (text.EndsInQuotes) throw Open(line, item);
    }

    // The first line: names, or a row of numbers.
    private static bool Begin(SepReader.Row row, DataItem item, TableBuilder builder)
    {
        string[] names = new string[row.ColCount];
        bool areNumbers = true;
        for (int column = 0; column < names.Length; column++)
        {
            names[column] = row[column].ToString().Trim();
            areNumbers &= Cell.IsNumber(names[column], out _);
        }
        if (areNumbers)
        {
            builder.Remark($"The first line of '{item.Path}' holds numbers alone, so it counts as a row, and the columns are named 1 to {names.Length}.");
            for (int column = 0; column < names.Length; column++) names[column] = (column + 1).ToString(CultureInfo.InvariantCulture);
        }
        builder.Begin(item, names, "line", typed: false);
        return !areNumbers;
    }

    // Whether a quote opens neither at the beginning of a value nor after another one.
    private static bool OpensInside(ReadOnlySpan<char> row, char delimiter)
    {
        bool isQuoted = false, isStart = true;
        char before = delimiter;
        foreach (char letter in row)
        {
            if (letter == '"')
            {
                if (!isQuoted && !isStart && before != '"') return true;
                isQuoted = !isQuoted;
            }
            isStart = !isQuoted && (letter == delimiter || isStart && letter == ' ');
            before = letter;
        }
        return false;
    }

    private static EngramException Open(long line, DataItem item) =>
        DataFile.Wrong($"A quote that opens in line {line} of '{item.Path}' is never closed; close it, or double a quote that is part of a text.");

    private static EngramException Uneven(SepReader.Row row, int columns, DataItem item)
    {
        int lines = row.LineNumberToExcl - row.LineNumberFrom;
        string further = lines > 1 ? $" and goes on to line {row.LineNumberToExcl - 1}, for a quote opens in it" : "";
        return DataFile.Wrong($"Line {row.LineNumberFrom} of '{item.Path}' has {row.ColCount} value{(row.ColCount == 1 ? "" : "s")}{further}, and the first line has {columns}; {(row.ColCount < columns ? "add what is missing, if only its separators" : "put values with a separator in them into quotes")}, or leave the line out.");
    }
}
