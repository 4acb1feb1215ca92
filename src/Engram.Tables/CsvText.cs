using System.IO.Compression;
using System.Text;
using Engram.Datasets;
using Engram.OwnData;

namespace Engram.Tables;

/// <summary>
/// The text of a file, decoded strictly: UTF-8, or UTF-16 by its mark or its zeros, plain or packed. Counts quotes, whose number tells at the end
/// whether one was never closed, and keeps its first part to be looked at.
/// </summary>
internal sealed class CsvText : TextReader
{
    private const int Beginning = 1 << 16;

    private readonly string path;
    private readonly Stream file;
    private readonly StreamReader text;
    private readonly IProgress<ReadProgress>? progress;
    private readonly CancellationToken cancellation;
    private readonly char[] first = new char[Beginning];
    private readonly int firstLength;
    private int firstRead;
    private long quotes;

    /// <param name="file">At its beginning; closed with the text.</param>
    /// <param name="path">Named in errors.</param>
    /// <param name="progress">Hears how much is read.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">It is no text in one of these encodings.</exception>
    public CsvText(Stream file, string path, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        (this.file, this.path, this.progress, this.cancellation) = (file, path, progress, cancellation);
        try
        {
            text = Decode(PackedFile.IsPacked(file) ? new GZipStream(file, CompressionMode.Decompress) : file);
            firstLength = ReadFrom(first);
            if (First.Contains('\0')) throw DataFile.Wrong($"'{path}' holds a byte of zero near its beginning, so it is no text; save it as CSV in UTF-8.");
            if (First.IsWhiteSpace()) throw DataFile.Wrong($"'{path}' holds no text; put the data into it or leave it out.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The first part of the text, at most 65,536 letters.</summary>
    public ReadOnlySpan<char> First => first.AsSpan(0, firstLength);

    /// <summary>Whether that is all.</summary>
    public bool FirstIsAll => firstLength < first.Length;

    /// <summary>Whether all was read and a quote is open.</summary>
    public bool EndsInQuotes { get; private set; }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        int read = Math.Min(buffer.Length, firstLength - firstRead);
        if (read > 0)
        {
            first.AsSpan(firstRead, read).CopyTo(buffer);
            firstRead += read;
        }
        else read = ReadFrom(buffer);
        quotes += buffer[..read].Count('"');
        EndsInQuotes = read == 0 && quotes % 2 == 1;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        text.Dispose();
        file.Dispose();
        base.Dispose(disposing);
    }

    private int ReadFrom(Span<char> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            int read = text.ReadBlock(buffer);
            progress?.Report(new(file.Position, file.Length, "bytes"));
            return read;
        }
        catch (DecoderFallbackException cause)
        {
            throw DataFile.Wrong($"'{path}' is not in {text.CurrentEncoding.WebName.ToUpperInvariant()}: the byte{(cause.BytesUnknown?.Length > 1 ? "s" : "")} 0x{Convert.ToHexStringLower(cause.BytesUnknown ?? [])} near byte {file.Position} stand{(cause.BytesUnknown?.Length > 1 ? "" : "s")} for no letter; save it as UTF-8.", cause);
        }
    }

    private StreamReader Decode(Stream content)
    {
        byte[] mark = new byte[4];
        int length = content.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        if (length == 4 && (mark is [0xff, 0xfe, 0, 0] or [0, 0, 0xfe, 0xff])) throw DataFile.Wrong($"'{path}' is in UTF-32; save it as UTF-8.");
        (Encoding encoding, int skip) = mark switch
        {
            [0xff, 0xfe, ..] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            [0xfe, 0xff, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            [0xef, 0xbb, 0xbf, ..] => (new UTF8Encoding(false, throwOnInvalidBytes: true), 3),
            [not 0, 0, not 0, 0] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), 0),
            [0, not 0, 0, not 0] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), 0),
            _ => ((Encoding)new UTF8Encoding(false, throwOnInvalidBytes: true), 0),
        };
        return new(new Continued(mark.AsMemory(Math.Min(skip, length), Math.Max(0, length - skip)), content), encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16);
    }

    /// <summary>The bytes that were looked at, then the rest.</summary>
    private sealed class Continued(ReadOnlyMemory<byte> before, Stream rest) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (before.Length == 0) return rest.Read(buffer);
            int read = Math.Min(buffer.Length, before.Length);
            before.Span[..read].CopyTo(buffer);
            before = before[read..];
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
