using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Engram.Durable.Storage;

/// <summary>
/// A learner in one SQLite file. Writes go through the log beside it (<c>-wal</c>), which is on disk when <see cref="EngramStore.Write"/> returns
/// and is taken into the file when the last connection closes: what is copied while nobody writes is one file.
/// </summary>
internal sealed class SqliteStore : SqlStore
{
    private const long OnlyLearner = 1;
    private readonly string path;
    private readonly bool create;
    private readonly SqliteConnector connector;

    private SqliteStore(string path, bool create, string? vfs) => (this.path, this.create, connector) = (Path.GetFullPath(path), create, new(Path.GetFullPath(path), vfs));

    /// <inheritdoc/>
    public override string Address => path;

    /// <inheritdoc/>
    public override long Bytes => new[] { path, path + "-wal" }.Select(file => new FileInfo(file)).Sum(file => file.Exists ? file.Length : 0);

    /// <summary>How long another program's lock is waited for; tests make it short.</summary>
    internal int SecondsToWait { set => connector.SecondsToWait = value; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="create">Whether it is made where it is not there, by the first write.</param>
    /// <param name="vfs">Name of the file system that SQLite goes through; null for its own.</param>
    /// <exception cref="EngramException">It is not there, or is something else, or was written by a newer Engram, or cannot be read.</exception>
    public static new SqliteStore Open(string path, bool create, string? vfs = null)
    {
        SqliteStore store = new(path, create, vfs);
        store.Read(_ => true);
        return store;
    }

    /// <inheritdoc/>
    public override IDisposable HoldForWriting(string what) => WriterFile.Take(path, what);

    /// <inheritdoc/>
    public override void Compact()
    {
        if (IsUnborn()) return;
        try
        {
            using SqliteConnection connection = connector.ForWriting();
            SqliteConnector.Ask(connection, "VACUUM");
            if (SqliteConnector.Ask(connection, "PRAGMA wal_checkpoint(TRUNCATE)") is not 0L)
                throw EngramException.Failure("being-read", $"'{path}' is being read, so deleted bytes are still in '{path}-wal'. End what reads it and do this again.");
        }
        catch (SqliteException error)
        {
            throw Explain(error, writes: true);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Every call has closed what it opened.
    }

    private protected override SqlSession Begin(bool writes)
    {
        bool isUnborn = IsUnborn();
        if (isUnborn && !create) throw Missing();
        if (isUnborn && !writes) return BeginEmpty();
        SqliteConnection connection = writes ? connector.ForWriting() : connector.ForReading();
        SqliteTransaction? transaction = null;
        try
        {
            transaction = connection.BeginTransaction(deferred: !writes);
            int schema = SqliteTables.SchemaOf(connection, path);
            if (schema == 0 && !create) throw Missing();
            if (schema > 0 || writes)
            {
                if (writes && schema < Schema) SqliteTables.Make(connection, schema);
                return new(connection, transaction, OnlyLearner, "", path, writes ? Schema : schema, ChunkBytes, schema > 0 ? null : RemoveStub);
            }
        }
        catch
        {
            transaction?.Dispose();
            connection.Dispose();
            if (isUnborn) RemoveStub();
            throw;
        }
        transaction.Dispose();
        connection.Dispose();
        return BeginEmpty();
    }

    private protected override IEnumerable<string> Structure(SqlSession session) =>
        session.Query("PRAGMA integrity_check(100)").Select(row => $"{row[0]}").Where(line => line != "ok").Select(line => $"SQLite says: {line}");

    private protected override EngramException Explain(DbException error, bool writes) => SqliteErrors.Explain((SqliteException)error, path, writes);

    private SqlSession BeginEmpty()
    {
        SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        SqliteTables.Make(connection, 0);
        return new(connection, connection.BeginTransaction(), OnlyLearner, "", path, Schema, ChunkBytes, null);
    }

    // Where it is not there, or a stop left it before anything was written.
    private bool IsUnborn()
    {
        if (Directory.Exists(path)) throw EngramException.Input("not-an-engram", $"'{path}' is a folder; an engram is a file. Name a file in it, such as '{Path.Combine(path, "line3.engram")}'.");
        FileInfo file = new(path);
        if (!file.Exists || file.Length == 0) return true;
        SqliteTables.RefuseOtherFile(path);
        return false;
    }

    private EngramException Missing() => EngramException.Input("no-engram", File.Exists(path)
        ? $"'{path}' is empty: nothing was learned into it. Learn the first lesson with engram learn '{path}' DATA."
        : $"'{path}' is not there. Make it with engram learn '{path}' DATA, or check the path.");

    // A file that came to be for a write that failed; writers hold it, so nobody else has written into it.
    private void RemoveStub()
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > 0 && HasTables()) return;
            foreach (string file in (string[])[path + "-wal", path + "-shm", path]) File.Delete(file);
        }
        catch (Exception error) when (error is SqliteException or EngramException or IOException or UnauthorizedAccessException)
        {
            // It stays as an empty file, which the next write fills.
        }
    }

    private bool HasTables()
    {
        using SqliteConnection connection = connector.ForReading();
        return SqliteTables.SchemaOf(connection, path) > 0;
    }
}
