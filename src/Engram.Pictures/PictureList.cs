using System.Text;
using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>A table (CSV or TSV) with a line for each picture: its path, its label and, where there are such columns, its task and part. Paths are from the table's folder.</summary>
internal static class PictureList
{
    private const int MostBytes = 1 << 28, Beginning = 1 << 16;
    private static readonly string[] PathNames = ["path", "file", "filename", "image", "picture"], LabelNames = ["label", "class", "target", "y"], TaskNames = ["task"], PartColumns = ["split", "part"];

    /// <summary>Whether a file is such a table: by its ending, the names of its columns and the first path. Throws nothing.</summary>
    public static bool Is(string path)
    {
        if (!IsTable(path)) return false;
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] beginning = new byte[Beginning];
            DelimitedText table = new(Encoding.UTF8.GetString(beginning.AsSpan(0, stream.ReadAtLeast(beginning, Beginning, throwOnEndOfStream: false))), path);
            return table.Next() is { } header && Column(header, PathNames) is var column and >= 0 && table.Next() is { } first && column < first.Length && PictureFile.IsPicture(first[column]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or EngramException)
        {
            return false;
        }
    }

    /// <summary>Whether a file is a table by its ending.</summary>
    public static bool IsTable(string path) => Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv";

    /// <summary>Names the pictures of a table; opens none of them.</summary>
    /// <exception cref="EngramException">A column is missing, or a line is not what the columns say; the message names the line.</exception>
    public static PictureFiles Read(string path, RecordOptions options)
    {
        DelimitedText table = new(TextOf(path), path);
        string[] header = table.Next() ?? throw EngramException.Input("empty-table", $"'{Quote.Of(path)}' has no line; the first must name the columns, such as path,label.");
        if (header.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw EngramException.Input("column-twice", $"'{Quote.Of(path)}' has {twice.Count()} columns named '{Quote.Of(twice.Key)}'; give each a name of its own.");
        int file = Need(null, PathNames, "path"), label = options.Unlabelled ? Column(header, options.Label is { } named ? [named] : LabelNames) : Need(options.Label, LabelNames, "label"), task = Find(options.Task, TaskNames), part = Column(header, PartColumns);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<PictureFile> files = [];
        while (table.Next() is { } cells)
        {
            string line = $"line {table.Line} of '{Quote.Of(path)}'";
            if (cells.Length != header.Length)
                throw EngramException.Input("wrong-line", $"{Capital(line)} has {cells.Length} cells, but the header names {header.Length} columns. Mend the line; a cell that holds the delimiter stands in quotes.");
            files.Add(new(Path.Combine(folder, Cell(cells, file, line)), Label(cells, line), task < 0 ? null : Cell(cells, task, line), PartOf(cells, line), cells[file], $"The picture '{Quote.Of(cells[file])}' in {line}"));
        }
        return files.Count > 0 ? new(files, []) : throw EngramException.Input("empty-table", $"'{Quote.Of(path)}' names columns and no picture; add a line for each.");

        int Find(string? named, string[] usual) => named is null ? Column(header, usual) : Array.IndexOf(header, named) is var column and >= 0 ? column
            : throw EngramException.Input("unknown-column", $"'{Quote.Of(path)}' has no column '{Quote.Of(named)}'{NearestNames.Suggest(named, header)}");

        int Need(string? named, string[] usual, string what) => Find(named, usual) is var column and >= 0 ? column
            : throw EngramException.Input("missing-column", $"'{Quote.Of(path)}' has no column for the {what}, which is named {string.Join(", ", usual[..^1])} or {usual[^1]}; its columns are {Quote.Of(string.Join(", ", header))}. Rename one{(what == "label" ? ", or name it with stream.label=..." : "")}.");

        string? Label(string[] cells, string line) => options.Unlabelled && (label < 0 || string.IsNullOrWhiteSpace(cells[label])) ? null : Cell(cells, label, line);

        RecordPart PartOf(string[] cells, string line) => part < 0 || cells[part].Length == 0 ? RecordPart.Unsaid : DataFolder.IsPart(cells[part], out RecordPart named) ? named
            : throw EngramException.Input("wrong-part", $"{Capital(line)} has the {header[part]} '{Quote.Of(cells[part])}', which must be train, validation or test, or empty. Mend the line.");

        string Cell(string[] cells, int column, string line) => !string.IsNullOrWhiteSpace(cells[column]) ? cells[column]
            : throw EngramException.Input("empty-cell", $"{Capital(line)} has nothing in the column '{Quote.Of(header[column])}'. Fill it in or leave the line out.");
    }

    private static int Column(string[] header, string[] names) => Array.FindIndex(header, name => names.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase));

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static string TextOf(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MostBytes) throw EngramException.Input("table-too-large", $"'{Quote.Of(path)}' has {length:N0} bytes, but a list of pictures has at most {MostBytes:N0}. Cut it into several.");
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) throw EngramException.Input("wrong-encoding", $"'{Quote.Of(path)}' is written in UTF-16, but UTF-8 is read. Save it as UTF-8.");
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{Quote.Of(path)}' cannot be read: {error.Message.TrimEnd('.')}. Check the path and the rights.", error);
        }
        catch (DecoderFallbackException error)
        {
            throw EngramException.Input("wrong-encoding", $"'{Quote.Of(path)}' is not UTF-8: byte {error.Index} is {Convert.ToHexString(error.BytesUnknown ?? [])}. Save it as UTF-8.", error);
        }
    }
}
