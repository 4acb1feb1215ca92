using System.Text;
using Engram.OwnData.Rows;

namespace Engram.OwnData;

/// <summary>
/// Reads texts that are files, a folder for each class, folders of these for each task, with <c>train</c> and <c>test</c> on top where the data are cut. Texts are
/// UTF-8 or UTF-16 as their first bytes say; what is no UTF-8 is read as Latin-1, which is remarked.
/// </summary>
[RecordReader("texts", Looks = "a folder of *.txt for each class", Name = "texts", Summary = "texts in class folders")]
public sealed class TextFilesReader : RecordReader
{
    /// <summary>Most bytes of one text.</summary>
    public const int MostBytes = 1 << 20;

    private static readonly FileKind Kind = new("text", "texts", ".txt, .text", file => Path.GetExtension(file).ToLowerInvariant() is ".txt" or ".text" && !ClassFolders.IsHidden(file));
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public override bool Reads(string path) => Directory.Exists(path) && ClassFolders.Holds(path, Kind);

    /// <inheritdoc/>
    public override Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.RequireNoColumns("Texts in class folders");
        var (files, remarks) = ClassFolders.List(path, Kind, options.Unlabelled, cancellation);
        return Open(path, files, [.. files.Select(file => Path.GetRelativePath(path, file.Path))], remarks, progress, cancellation);
    }

    /// <inheritdoc/>
    public override bool IsRecord(string file) => Kind.Is(file);

    /// <inheritdoc/>
    public override Records OpenRecords(IReadOnlyList<string> files, string source, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.RequireNoColumns("Texts in files");
        return Open(source, ClassFolders.Unlabelled(files), ClassFolders.NamesOf(files), [], progress, cancellation);
    }

    private static TextFileRecords Open(string source, IReadOnlyList<ClassFile> files, IReadOnlyList<string> names, IReadOnlyList<string> remarks, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        const int ReportEvery = 100;
        TextStore texts = new();
        int foreign = 0;
        foreach (var (i, file) in files.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            texts.Add(TextOf(file.Path, ref foreign));
            if ((i + 1) % ReportEvery == 0 || i + 1 == files.Count) progress?.Report(new(i + 1, files.Count, "texts"));
        }
        if (foreign > 0) remarks = [.. remarks, $"{foreign} {(foreign == 1 ? "text is" : "texts are")} no UTF-8 and read as Latin-1."];
        return new(files, names, texts, remarks) { Source = source };
    }

    private static string TextOf(string path, ref int foreign)
    {
        byte[] bytes = DataFile.Read(path, () =>
        {
            using FileStream file = DataFile.Open(path);
            if (file.Length > MostBytes) throw DataFile.Wrong($"'{path}' has {file.Length} bytes, and a text has {MostBytes} at most; cut it into several, or leave it out.");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        });
        if (bytes is [0xff, 0xfe, ..]) return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xfe, 0xff, ..]) return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        if (Array.IndexOf(bytes, (byte)0) is >= 0 and var zero) throw DataFile.Wrong($"'{path}' has the byte 0 at {zero}, which no text has; leave it out, or give it the ending of what it is.");
        ReadOnlySpan<byte> text = bytes is [0xef, 0xbb, 0xbf, ..] ? bytes.AsSpan(3) : bytes;
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            foreign++;
            return Encoding.Latin1.GetString(text);
        }
    }
}
