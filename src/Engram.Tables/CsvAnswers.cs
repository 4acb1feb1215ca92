using System.Text;
using Engram.OwnData;
using nietras.SeparatedValues;

namespace Engram.Tables;

/// <summary>Writes tables as CSV; columns can be added to the rows of one that is there.</summary>
public static class CsvAnswers
{
    /// <summary>Whether columns can be added to the rows of a file: one table as text that is not packed.</summary>
    public static bool CanFollow(string path) => File.Exists(path) && Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv" or ".tab" or ".psv";

    /// <summary>Writes a table.</summary>
    /// <param name="path">Where to; replaced as a whole.</param>
    /// <param name="headers">Names of its columns.</param>
    /// <param name="rows">As many values each.</param>
    /// <exception cref="EngramException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
        WriteRow(writer, headers, ',');
        foreach (IReadOnlyList<string> row in rows) WriteRow(writer, row, ',');
    });

    /// <summary>Writes the rows of a table with columns added behind its own, with its delimiter.</summary>
    /// <param name="source">The table that is there.</param>
    /// <param name="path">Where to; replaced as a whole.</param>
    /// <param name="headers">Names of the columns that are added.</param>
    /// <param name="rows">Their values for every row that was read, in order.</param>
    /// <exception cref="EngramException">The table has other rows than were read, or it cannot be written.</exception>
    public static void Write(string source, string path, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] added = [.. rows];
        List<string[]> own = Rows(source, out char delimiter);
        bool hasHeader = own.Count == added.Length + 1;
        if (!hasHeader && own.Count != added.Length) throw DataFile.Wrong($"'{source}' has {own.Count} rows and {added.Length} were answered; it has changed meanwhile. Ask again.");
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
            if (hasHeader) WriteRow(writer, [.. own[0], .. headers], delimiter);
            for (int row = 0; row < added.Length; row++) WriteRow(writer, [.. own[row + (hasHeader ? 1 : 0)], .. added[row]], delimiter);
        });
    }

    private static List<string[]> Rows(string source, out char delimiter)
    {
        List<string[]> rows = [];
        using CsvText text = new(DataFile.Open(source), source, null, default);
        delimiter = Delimiter.In(text.First, text.FirstIsAll);
        using SepReader reader = Sep.New(delimiter).Reader(options => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true, Trim = SepTrim.Outer }).From(text);
        foreach (SepReader.Row row in reader)
        {
            if (row.ColCount == 1 && row[0].Span.IsEmpty) continue;
            string[] values = new string[row.ColCount];
            for (int i = 0; i < values.Length; i++) values[i] = row[i].ToString();
            rows.Add(values);
        }
        return rows;
    }

    private static void WriteRow(TextWriter writer, IReadOnlyList<string> values, char delimiter)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) writer.Write(delimiter);
            string value = values[i];
            bool needsQuotes = value.Contains(delimiter) || value.AsSpan().IndexOfAny('"', '\n', '\r') >= 0 || value != value.Trim();
            writer.Write(needsQuotes ? $"\"{value.Replace("\"", "\"\"")}\"" : value);
        }
        writer.Write('\n');
    }
}
