namespace Engram.Durable.Storage;

/// <summary>
/// Where one learner lives: its tables in a SQLite file (<c>SqliteStore</c>) or in PostgreSQL (<c>PostgresStore</c>), the same in both.
/// Every change is one transaction; what is read is one snapshot; a row that was damaged is refused by its checksum.
/// </summary>
/// <remarks>Thread-safe: every call uses a connection of its own.</remarks>
public abstract class EngramStore : IDisposable
{
    /// <summary>Version of the tables. What has an older one is read as it is, without the tables that came later, and gets them with the first <see cref="Write"/>.</summary>
    public const int Schema = 2;

    /// <summary>Opens the store of a learner: a file, or <c>postgres://user:password@host:port/database/name</c>.</summary>
    /// <param name="address">Path or address.</param>
    /// <param name="create">Whether a learner that is not there is made, by the first <see cref="Write"/>.</param>
    /// <param name="vfs">Name of the file system that SQLite goes through; null for its own.</param>
    /// <exception cref="EngramException">It is not there, or is something else, or was written by a newer Engram, or cannot be read.</exception>
    public static EngramStore Open(string address, bool create, string? vfs = null) =>
        PostgresAddress.Is(address) ? PostgresStore.Open(address, create) : SqliteStore.Open(address, create, vfs);

    /// <summary>File or address, for messages; a password is not shown.</summary>
    public abstract string Address { get; }

    /// <summary>Bytes that the learner takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Holds the learner for writing, from now until the result is disposed of or the process ends, however it ends. Nobody who reads is kept waiting.</summary>
    /// <param name="what">What for, such as <c>learn photos/2026-11</c>; others are told.</param>
    /// <exception cref="EngramException">Somebody else writes (<c>being-written</c>): who, since when, what; or it cannot be written.</exception>
    public abstract IDisposable HoldForWriting(string what);

    /// <summary>Reads one snapshot: all reads within see the same moment, whatever others write.</summary>
    /// <param name="read">Reads.</param>
    /// <exception cref="EngramException">A row is damaged (<c>damaged-engram</c>), or the store cannot be read.</exception>
    public abstract T Read<T>(Func<StoreReader, T> read);

    /// <summary>Changes the store: all of it or, where <paramref name="write"/> throws or the process ends, nothing. What was written is on disk when this returns.</summary>
    /// <remarks>Single writes come one after another; who reads, thinks and writes holds the learner meanwhile (<see cref="HoldForWriting"/>).</remarks>
    /// <param name="write">Writes.</param>
    /// <exception cref="EngramException">It cannot be written (read-only, disk full): nothing has changed, or all of it where the disk failed at the very last moment.</exception>
    public abstract void Write(Action<StoreWriter> write);

    /// <summary>Gives room back, so that bytes of what was deleted are gone: from a file at once, from a server's files when its pages are used again.</summary>
    /// <exception cref="EngramException">Somebody reads the file, so its log still has them (<c>being-read</c>); or it cannot be written.</exception>
    public abstract void Compact();

    /// <summary>Checks every row and the database's own structure.</summary>
    /// <returns>What is wrong, a line each; none where all is well.</returns>
    public abstract IReadOnlyList<string> Problems();

    /// <summary>Frees it.</summary>
    public abstract void Dispose();
}
