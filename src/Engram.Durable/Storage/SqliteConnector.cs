using Microsoft.Data.Sqlite;

namespace Engram.Durable.Storage;

/// <summary>Connects to a SQLite file.</summary>
/// <param name="path">Full path of the file.</param>
/// <param name="vfs">Name of the file system that SQLite goes through; null for its own.</param>
internal sealed class SqliteConnector(string path, string? vfs)
{
    private const int ReadOnly = 8, CannotOpen = 14;

    /// <summary>How long another program's lock is waited for.</summary>
    public int SecondsToWait { get; set; } = 5;

    /// <summary>Connects for writing; the file is made where it is not there.</summary>
    public SqliteConnection ForWriting()
    {
        SqliteConnection connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Ask(connection, "PRAGMA journal_mode = WAL");
            Ask(connection, "PRAGMA synchronous = FULL");
            Ask(connection, "PRAGMA secure_delete = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Connects for reading. Where the folder cannot be written, the file is read as one that nobody changes, unless a log lies beside it.</summary>
    public SqliteConnection ForReading()
    {
        try
        {
            return Open(path, SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is ReadOnly or CannotOpen && new FileInfo(path + "-wal") is not { Exists: true, Length: > 0 })
        {
            return Open(Unchanging(), SqliteOpenMode.ReadOnly);
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The first value of its answer.</returns>
    public static object? Ask(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private SqliteConnection Open(string source, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, Pooling = false, DefaultTimeout = SecondsToWait, Vfs = vfs }.ToString());
        try
        {
            connection.Open();
            Ask(connection, $"PRAGMA busy_timeout = {SecondsToWait * 1000}");
            Ask(connection, "PRAGMA cell_size_check = ON");
            Ask(connection, "PRAGMA trusted_schema = OFF");
            Ask(connection, "SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string Unchanging()
    {
        string[] parts = path.Replace('\\', '/').Split('/');
        return $"file:{(parts[0].Length > 0 ? "/" : "")}{string.Join('/', parts.Select((part, i) => i == 0 ? part : Uri.EscapeDataString(part)))}?immutable=1";
    }
}
