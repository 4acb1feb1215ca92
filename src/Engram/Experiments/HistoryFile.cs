using System.Security.Cryptography;
using System.Text;

namespace Engram.Experiments;

/// <summary>How much of a history file belongs to a checkpoint.</summary>
/// <param name="Bytes">Length of the file; 0 where there is none yet.</param>
/// <param name="Sha256">Checksum of so many bytes.</param>
internal sealed record HistoryMark(long Bytes, string Sha256);

/// <summary>
/// A text file to which a run adds lines. A checkpoint names how long the file was; what a stopped run wrote after that is cut off when it goes
/// on. Neither memory nor the cost of a checkpoint grows with the file.
/// </summary>
/// <param name="path">The file; it is made with its first line.</param>
/// <param name="header">The line above all others.</param>
internal sealed class HistoryFile(string path, string header) : IDisposable
{
    private const int Chunk = 1 << 16;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream pending = new();
    private long length;

    /// <summary>Adds a line.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public void Append(string line)
    {
        if (length == 0) Add(header);
        Add(line);
        if (pending.Length >= Chunk) Flush(toDisk: false);
    }

    /// <summary>Forces everything to disk and says how much there is.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public HistoryMark Mark()
    {
        if (length > 0) Flush(toDisk: true);
        return new(length, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    /// <summary>Cuts the file to what a checkpoint names, checks that and goes on behind it.</summary>
    /// <param name="mark">What the checkpoint names; null cuts everything.</param>
    /// <param name="take">Given each line but the header.</param>
    /// <exception cref="EngramException">The file is shorter or has other content.</exception>
    public void GoOn(HistoryMark? mark, Action<string> take)
    {
        pending.SetLength(0);
        length = mark?.Bytes ?? 0;
        _ = hash.GetHashAndReset();
        if (length == 0) Guard(() => File.Delete(path));
        else Guard(Cut);
        if (length == 0) return;
        if (Convert.ToHexStringLower(hash.GetCurrentHash()) != mark!.Sha256)
            throw EngramException.Input("corrupt-history", $"The first {length} bytes of '{path}' are not those that the run's checkpoint names. Restore the file from a copy or start the run anew.");
        using StreamReader reader = new(path);
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
            if (line != header) take(line);
    }

    /// <summary>Frees the checksum; what was not marked is left to be cut.</summary>
    public void Dispose() => hash.Dispose();

    private void Cut()
    {
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (file.Length < length)
            throw EngramException.Input("corrupt-history", $"'{path}' has {file.Length} bytes, but the run's checkpoint names {length}. Restore the file from a copy or start the run anew.");
        if (file.Length > length) file.SetLength(length);
        byte[] chunk = new byte[Chunk];
        for (int read = file.Read(chunk); read > 0; read = file.Read(chunk)) hash.AppendData(chunk, 0, read);
    }

    private void Add(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        pending.Write(bytes);
        hash.AppendData(bytes);
        length += bytes.Length;
    }

    private void Flush(bool toDisk) => Guard(() =>
    {
        if (pending.Length == 0) return;
        using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        pending.WriteTo(file);
        pending.SetLength(0);
        file.Flush(toDisk);
    });

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Failure("cannot-write", $"'{path}' cannot be written: {cause.Message.TrimEnd('.')}. Free some space or choose another folder; what was saved before is kept.", cause);
        }
    }
}
