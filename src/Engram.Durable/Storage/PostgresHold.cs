using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>Holds a learner for writing by a lock of the server on a connection of its own: it ends when the connection does, however that ends.</summary>
internal sealed class PostgresHold : IDisposable
{
    /// <summary>Makes of a learner's id the key by which single transactions wait for each other; the id itself is the key of this lock.</summary>
    public const long OtherKey = 0x454E4752;

    private const int SecondsAlive = 30;
    private readonly NpgsqlConnection connection;
    private readonly long learner;

    private PostgresHold(NpgsqlConnection connection, long learner) => (this.connection, this.learner) = (connection, learner);

    /// <summary>Holds it.</summary>
    /// <exception cref="EngramException">Somebody else writes (<c>being-written</c>).</exception>
    public static PostgresHold Take(PostgresAddress address, string what)
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(address.Connection) { Pooling = false, KeepAlive = SecondsAlive }.ToString());
        try
        {
            connection.Open();
            // A server that hears nothing of a machine without power would keep its locks for hours.
            PostgresTables.Ask(connection, "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3");
            if (PostgresTables.Ask(connection, "SELECT pg_try_advisory_lock(@p0)", address.Learner) is not true)
                throw WriterNote.BeingWritten(address.Shown, PostgresTables.Ask(connection, "SELECT note FROM writers WHERE learner = @p0", address.Learner) is string other ? WriterNote.From(other) : null);
            PostgresTables.Ask(connection, "INSERT INTO writers (learner, note) VALUES (@p0, @p1) ON CONFLICT (learner) DO UPDATE SET note = excluded.note", address.Learner, WriterNote.Mine(what).ToJson());
            return new(connection, address.Learner);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Lets it go.</summary>
    public void Dispose()
    {
        try
        {
            PostgresTables.Ask(connection, "DELETE FROM writers WHERE learner = @p0", learner);
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // The connection is gone, and the lock with it; a note without a lock holds nothing.
        }
        connection.Dispose();
    }
}
