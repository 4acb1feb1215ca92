namespace Engram.Tests.Durable.Storage;

public enum FileChangeKind
{
    Create,
    Delete,
    Write,
    Truncate,
    Sync,
}

/// <summary>A change of a file.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="At">Where it is written, the length after truncation, or whether a deletion is forced to disk.</param>
/// <param name="Bytes">What is written.</param>
internal sealed record FileChange(FileChangeKind Kind, string Path, long At, byte[] Bytes);
