using System.Data;
using System.Data.Common;
using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>A learner in PostgreSQL, beside others in the same tables.</summary>
internal sealed class PostgresStore : SqlStore
{
    private readonly PostgresAddress address;
    private volatile bool hasAll;

    private PostgresStore(PostgresAddress address) => this.address = address;

    /// <inheritdoc/>
    public override string Address => address.Shown;

    /// <summary>How to connect.</summary>
    public string Connection => address.Connection;

    /// <summary>Its key in all tables.</summary>
    public long Learner => address.Learner;

    /// <inheritdoc/>
    public override long Bytes => Connected(writes: false, connection => Tables(connection).Sum(table =>
        (long)PostgresTables.Ask(connection, $"SELECT coalesce(sum(pg_column_size({table.Name}.*)), 0)::bigint FROM {table.Name} WHERE learner = @p0", address.Learner)!));

    /// <summary>Opens a learner.</summary>
    /// <param name="address">Such as <c>postgres://user:password@host:port/database/name</c>.</param>
    /// <param name="create">Whether it is made where it is not there: the tables now, the learner by the first write.</param>
    /// <exception cref="EngramException">It is not there, was written by a newer Engram, or the server cannot be reached.</exception>
    public static PostgresStore Open(string address, bool create)
    {
        PostgresStore store = new(PostgresAddress.Parse(address));
        store.Connected(create, connection => store.Prepare(connection, create));
        return store;
    }

    /// <inheritdoc/>
    public override IDisposable HoldForWriting(string what)
    {
        try
        {
            return PostgresHold.Take(address, what);
        }
        catch (DbException error)
        {
            throw Explain(error, writes: true);
        }
    }

    /// <summary>
    /// Gives the room of deleted rows back to the tables, for new ones. Their bytes stay in the server's files until those pages are used again,
    /// in its log until that is recycled, and in its backups: who must have them gone there asks who runs the server (<c>VACUUM FULL</c>).
    /// </summary>
    public override void Compact() => Connected(writes: true, connection =>
    {
        foreach (SqlTable table in Tables(connection)) PostgresTables.Ask(connection, $"VACUUM {table.Name}");
        return true;
    });

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Connections go back to their pool after every call.
    }

    private protected override SqlSession Begin(bool writes)
    {
        NpgsqlConnection connection = new(address.Connection);
        try
        {
            connection.Open();
            // Writers of one learner come one after another, so each statement may see what is newest.
            NpgsqlTransaction transaction = connection.BeginTransaction(writes ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead);
            if (writes) PostgresTables.Ask(connection, $"SET LOCAL lock_timeout = '10s'; SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock({address.Learner ^ PostgresHold.OtherKey})");
            else PostgresTables.Ask(connection, "SET TRANSACTION READ ONLY");
            int schema = SchemaOf(connection);
            if (writes && schema is > 0 and < Schema) PostgresTables.Make(connection, Address);
            return new(connection, transaction, address.Learner, address.Name, address.Shown, writes ? Schema : schema, ChunkBytes, null);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // PostgreSQL checks its pages as it reads them, where the cluster was made so; here the rows are checked.
    private protected override IEnumerable<string> Structure(SqlSession session) => [];

    private protected override EngramException Explain(DbException error, bool writes) => PostgresErrors.Explain((NpgsqlException)error, address.Shown, writes);

    private bool Prepare(NpgsqlConnection connection, bool create)
    {
        bool isMade = SchemaOf(connection) > 0;
        if (create && !isMade)
        {
            using NpgsqlTransaction transaction = connection.BeginTransaction();
            PostgresTables.Make(connection, Address);
            transaction.Commit();
        }
        // Before its first lesson a learner may have keys, which are counted.
        else if (!create && (!isMade || PostgresTables.Ask(connection, "SELECT 1 FROM learner WHERE learner = @p0 UNION SELECT 1 FROM counts WHERE learner = @p0", address.Learner) is null))
        {
            throw EngramException.Input("no-engram", $"'{Address}' is not there: the database has no learner '{Quote.Of(address.Name)}'. Make it with engram learn, or check the name.");
        }
        return true;
    }

    // The tables only get more, so they are asked about until all are there.
    private int SchemaOf(NpgsqlConnection connection)
    {
        int schema = hasAll ? Schema : PostgresTables.SchemaOf(connection, Address);
        hasAll = schema == Schema;
        return schema;
    }

    private IEnumerable<SqlTable> Tables(NpgsqlConnection connection)
    {
        int schema = SchemaOf(connection);
        return StoreTables.All.Where(table => table.Since <= schema);
    }

    /// <summary>Works on a connection of its own.</summary>
    internal T Connected<T>(bool writes, Func<NpgsqlConnection, T> work)
    {
        try
        {
            using NpgsqlConnection connection = new(address.Connection);
            connection.Open();
            return work(connection);
        }
        catch (NpgsqlException error)
        {
            throw Explain(error, writes);
        }
    }
}
