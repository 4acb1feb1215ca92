using System.Data.Common;
using System.Text;

namespace Engram.Durable.Storage;

/// <summary>One transaction on a connection of its own, which ends undone unless it is committed.</summary>
/// <param name="connection">Open; closed with this.</param>
/// <param name="transaction">Begun.</param>
/// <param name="learner">Id of the learner.</param>
/// <param name="name">Its name in the table <c>learner</c>.</param>
/// <param name="address">For messages.</param>
/// <param name="schema">Version of its tables; what came later has no rows.</param>
/// <param name="chunkBytes">Most bytes of a part.</param>
/// <param name="undone">What is done once the connection is closed, unless this was committed.</param>
internal sealed class SqlSession(DbConnection connection, DbTransaction transaction, long learner, string name, string address, int schema, int chunkBytes, Action? undone) : IDisposable
{
    private readonly Dictionary<string, DbCommand> commands = new(StringComparer.Ordinal);
    private bool isOver;

    public long Learner => learner;

    public string Name => name;

    public int ChunkBytes => chunkBytes;

    /// <summary>Reads rows of a table, each checked against its checksum.</summary>
    /// <param name="table">The table.</param>
    /// <param name="whole">With what is heavy.</param>
    /// <param name="where">Condition besides the learner, with <c>@p1</c> and so on; null for all.</param>
    /// <param name="most">Most rows; 0 for all.</param>
    /// <param name="arguments">For the condition.</param>
    public List<object?[]> Rows(SqlTable table, bool whole, string? where = null, int most = 0, params object?[] arguments)
    {
        List<object?[]> rows = [];
        if (table.Since > schema) return rows;
        foreach (object?[] read in Query(table.Select(whole, where, most), [learner, .. arguments]))
        {
            object?[] values = table.Values(learner, read) ?? throw Damaged($"a row of '{table.Name}'{Place(table, read)} does not match its checksum");
            if (rows.Count > 0 && Compare(rows[^1], values, table.Keys.Length) >= 0) throw Damaged($"rows of '{table.Name}' are out of order");
            rows.Add(values);
        }
        return rows;
    }

    /// <summary>Runs a query; values are <see cref="long"/>, text, bytes or null.</summary>
    public List<object?[]> Query(string sql, params object?[] arguments)
    {
        List<object?[]> rows = [];
        using DbDataReader reader = Command(sql, arguments).ExecuteReader();
        while (reader.Read())
        {
            object?[] row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>Rows changed.</returns>
    public int Execute(string sql, params object?[] arguments) => Command(sql, arguments).ExecuteNonQuery();

    /// <summary>Runs a statement for several rows of arguments; a server is sent all at once.</summary>
    public void ExecuteEach(string sql, IEnumerable<object?[]> rows)
    {
        if (!connection.CanCreateBatch)
        {
            foreach (object?[] row in rows) Execute(sql, row);
            return;
        }
        using DbBatch batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (object?[] row in rows)
        {
            DbBatchCommand command = batch.CreateBatchCommand();
            command.CommandText = sql;
            for (int i = 0; i < row.Length; i++)
            {
                DbParameter parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"@p{i}", row[i] ?? DBNull.Value);
                command.Parameters.Add(parameter);
            }
            batch.BatchCommands.Add(command);
        }
        batch.ExecuteNonQuery();
    }

    /// <summary>Makes it last.</summary>
    public void Commit()
    {
        transaction.Commit();
        isOver = true;
    }

    public EngramException Damaged(string what) => SqlStore.Damaged(address, what);

    public void Dispose()
    {
        foreach (DbCommand command in commands.Values) command.Dispose();
        bool isUndone = !isOver;
        if (isUndone) Undo();
        isOver = true;
        transaction.Dispose();
        connection.Dispose();
        if (isUndone) undone?.Invoke();
    }

    private void Undo()
    {
        try
        {
            transaction.Rollback();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            // The database has undone it by itself, or does when the connection closes.
        }
    }

    private DbCommand Command(string sql, object?[] arguments)
    {
        if (isOver) throw new InvalidOperationException("What a store reads is read within Read or Write; to keep it, make a list of it there.");
        if (!commands.TryGetValue(sql, out DbCommand? command))
        {
            command = connection.CreateCommand();
            (command.CommandText, command.Transaction) = (sql, transaction);
            foreach (int i in Enumerable.Range(0, arguments.Length))
            {
                DbParameter parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                command.Parameters.Add(parameter);
            }
            commands[sql] = command;
        }
        for (int i = 0; i < arguments.Length; i++) command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return command;
    }

    // A damaged row may hold a fraction or a short number; its checksum refuses it.
    private static object Plain(object value) => value is int number ? (long)number : value is double fraction ? fraction.ToString("R") : value;

    private static string Place(SqlTable table, object?[] read) =>
        table.Keys.Length == 0 ? "" : $" ({string.Join(", ", table.Keys.Select((key, i) => $"{key.Name} {(read[i] is byte[] ? "?" : Quote.Of($"{read[i]}", 20))}"))})";

    private static int Compare(object?[] one, object?[] other, int keys)
    {
        for (int i = 0; i < keys; i++)
        {
            int order = one[i] is long number && other[i] is long second ? number.CompareTo(second) : Utf8(one[i]).SequenceCompareTo(Utf8(other[i]));
            if (order != 0) return order;
        }
        return 0;
    }

    // Both databases order texts by their bytes.
    private static ReadOnlySpan<byte> Utf8(object? text) => Encoding.UTF8.GetBytes($"{text}");
}
