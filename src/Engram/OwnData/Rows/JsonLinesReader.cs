using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.OwnData.Rows;

/// <summary>
/// One JSON object a line: keys are columns, numbers are numbers, texts and truth values are names, null and keys that a line lacks are missing
/// values. Nested values are refused.
/// </summary>
[RecordReader("jsonl", Looks = "*.jsonl, *.ndjson (an object a line)", Form = "table")]
public sealed class JsonLinesReader : RecordReader
{
    private const int LinesToLookAt = 1000, LongestLine = 1 << 26;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 2 };

    /// <inheritdoc/>
    public override bool Reads(string path) => DataFolder.Holds(path, NameOf);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        Read(path, DataFolder.Items(path, NameOf), DataFile.Open, options, progress, cancellation);

    /// <inheritdoc/>
    public override InputForm FormOf(JsonObject json) => TableForm.FromJson(json);

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
            using LineReader lines = new(open(item.Path), item.Path, progress, cancellation);
            Fill(lines, item, builder);
        });

    private static string? NameOf(string file)
    {
        string ending = Path.GetExtension(file);
        return file[0] != '.' && (ending.Equals(".jsonl", StringComparison.OrdinalIgnoreCase) || ending.Equals(".ndjson", StringComparison.OrdinalIgnoreCase)) ? Path.GetFileNameWithoutExtension(file) : null;
    }

    // The keys of the first lines are the columns; these lines are kept until all are known.
    private static void Fill(LineReader lines, DataItem item, TableBuilder builder)
    {
        List<(byte[] Text, long Number)> first = [];
        Dictionary<string, int> columns = [];
        while (first.Count < LinesToLookAt && lines.Next(out ReadOnlySpan<byte> line))
        {
            first.Add((line.ToArray(), lines.Number));
            ReadLine(line, lines.Number, item.Path, (name, _, _) => columns.TryAdd(name, columns.Count));
        }
        if (first.Count == 0) throw DataFile.Wrong($"'{item.Path}' holds no line with an object; put the data into it or leave it out.");
        foreach (string name in builder.MoreColumns) columns.TryAdd(name, columns.Count);
        builder.Begin(item, [.. columns.Keys], "line", typed: true, mayLack: true);
        foreach (var (text, number) in first) Give(text, number);
        while (lines.Next(out ReadOnlySpan<byte> line)) Give(line, lines.Number);

        void Give(ReadOnlySpan<byte> line, long number)
        {
            builder.BeginRow(number);
            ReadLine(line, number, item.Path, (name, value, isNumber) =>
            {
                if (!columns.TryGetValue(name, out int column)) throw builder.WithColumn(name);
                if (value is null) return;
                if (isNumber && builder.TakesNumbers(column) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && TableBuilder.CanHold(parsed)) builder.Number(column, parsed);
                else builder.Text(column, value, isNumber);
            });
            builder.EndRow();
        }
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">UTF-8 without the line break.</param>
    /// <param name="number">Of the line, for errors.</param>
    /// <param name="path">For errors.</param>
    /// <param name="give">Takes key, value as it is written (null for null) and whether it is a number.</param>
    private static void ReadLine(ReadOnlySpan<byte> line, long number, string path, Action<string, string?, bool> give)
    {
        string? key = null;
        try
        {
            Utf8JsonReader reader = new(line, Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw Wrong($"begins with {Begin(line)}, and an object such as {{\"label\": \"a\", \"size\": 1.5}} was expected; write one object a line");
            HashSet<string> keys = [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                key = reader.GetString()!;
                if (!keys.Add(key)) throw Wrong($"has the key '{Quote.Of(key)}' twice; leave one of them");
                reader.Read();
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) throw Wrong($"has {(reader.TokenType == JsonTokenType.StartArray ? "a list" : "an object")} under the key '{Quote.Of(key)}', where a number, a text, true, false or null was expected; give each of its values a key of its own, or leave it out");
                give(key, reader.TokenType switch
                {
                    JsonTokenType.Null => null,
                    JsonTokenType.String => reader.GetString(),
                    JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                    _ => reader.TokenType == JsonTokenType.True ? "true" : "false",
                }, reader.TokenType == JsonTokenType.Number);
            }
            reader.Read(); // nothing may follow
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw DataFile.Wrong($"Line {number} of '{path}' is no JSON object{(key is null ? "" : $" after the key '{Quote.Of(key)}'")}: {Begin(line)} was found; write one whole object a line.", cause);
        }

        EngramException Wrong(string found) => DataFile.Wrong($"Line {number} of '{path}' {found}.");
    }

    private static string Begin(ReadOnlySpan<byte> line) => $"'{Quote.Of(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]), 60)}'";

    /// <summary>Lines of bytes; empty ones are passed over. One line is in memory.</summary>
    private sealed class LineReader : IDisposable
    {
        private readonly string path;
        private readonly Stream file;
        private readonly IProgress<ReadProgress>? progress;
        private readonly CancellationToken cancellation;
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        private int begin, end;
        private bool isAtEnd;

        public LineReader(Stream file, string path, IProgress<ReadProgress>? progress, CancellationToken cancellation)
        {
            (this.file, this.path, this.progress, this.cancellation) = (file, path, progress, cancellation);
            Fill();
            ReadOnlySpan<byte> start = buffer.AsSpan(0, end);
            if (start.Length > 1 && (start[0] >= 0xfe || start[..2].Contains((byte)0))) throw DataFile.Wrong($"'{path}' is in UTF-16 or UTF-32, and JSON lines are in UTF-8; save it as UTF-8.");
            if (start.StartsWith(Encoding.UTF8.Preamble)) begin = 3;
        }

        /// <summary>Of the last line given, from 1.</summary>
        public long Number { get; private set; }

        public bool Next(out ReadOnlySpan<byte> line)
        {
            while (true)
            {
                int length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
                if (length < 0 && !isAtEnd)
                {
                    Fill();
                    continue;
                }
                line = length < 0 ? buffer.AsSpan(begin, end - begin) : buffer.AsSpan(begin, length);
                begin = length < 0 ? end : begin + length + 1;
                Number++;
                line = line.Trim(" \t\r"u8);
                if (line.Length > 0) return true;
                if (length < 0) return false;
            }
        }

        public void Dispose()
        {
            file.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }

        private void Fill()
        {
            cancellation.ThrowIfCancellationRequested();
            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }
            if (end == buffer.Length)
            {
                if (end >= LongestLine) throw DataFile.Wrong($"Line {Number + 1} of '{path}' is longer than {LongestLine >> 20} MiB; write one object a line.");
                byte[] larger = ArrayPool<byte>.Shared.Rent(2 * end);
                buffer.AsSpan(0, end).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            int read = file.Read(buffer, end, buffer.Length - end);
            isAtEnd = read == 0;
            end += read;
            progress?.Report(new(file.Position, file.Length, "bytes"));
        }
    }
}
