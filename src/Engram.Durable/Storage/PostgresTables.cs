using System.Globalization;
using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>The tables in a database of PostgreSQL; all learners of the database share them.</summary>
internal static class PostgresTables
{
    private const string Mark = "Engram, schema ";
    private const long Making = 0x454E4752;

    private const string ColumnsView = """
        CREATE VIEW columns AS
        SELECT learner, place - 1 AS place, element ->> 'name' AS name, element::text AS detail
        FROM learner, jsonb_array_elements(CASE jsonb_typeof(inputs::jsonb #> '{form,columns}') WHEN 'array' THEN inputs::jsonb #> '{form,columns}' ELSE '[]' END)
            WITH ORDINALITY AS elements (element, place)
        """;

    /// <summary>Version of a database's tables; 0 where it has none.</summary>
    /// <exception cref="EngramException">They are of a newer Engram (<c>newer-engram</c>), or the schema of that name is not ours (<c>not-an-engram</c>).</exception>
    public static int SchemaOf(NpgsqlConnection connection, string address)
    {
        if (Ask(connection, $"SELECT coalesce(obj_description(to_regnamespace('{PostgresAddress.Schema}'), 'pg_namespace'), '') WHERE to_regnamespace('{PostgresAddress.Schema}') IS NOT NULL") is not string said) return 0;
        if (!said.StartsWith(Mark, StringComparison.Ordinal) || !int.TryParse(said.AsSpan(Mark.Length), CultureInfo.InvariantCulture, out int schema))
            throw EngramException.Input("not-an-engram", $"'{address}': the schema '{PostgresAddress.Schema}' of the database was made by another program. Choose another database.");
        return schema <= EngramStore.Schema ? schema : throw EngramException.Input("newer-engram", $"'{address}' was written by a newer Engram (schema {schema}; this one knows up to {EngramStore.Schema}). Update Engram.");
    }

    /// <summary>Makes the tables that are missing, within a transaction that sees what is newest.</summary>
    public static void Make(NpgsqlConnection connection, string address)
    {
        Ask(connection, $"SELECT pg_advisory_xact_lock({Making})");
        int schema = SchemaOf(connection, address);
        if (schema == EngramStore.Schema) return;
        if (schema == 0) Ask(connection, $"CREATE SCHEMA {PostgresAddress.Schema}");
        Ask(connection, $"COMMENT ON SCHEMA {PostgresAddress.Schema} IS '{Mark}{EngramStore.Schema}'");
        foreach (SqlTable table in StoreTables.All.Where(table => table.Since > schema)) Ask(connection, table.Create(TypeOf, ""));
        if (schema > 0) return;
        foreach (string statement in StoreTables.Indexes.Append(ColumnsView)) Ask(connection, statement);
        Ask(connection, "CREATE TABLE writers (learner BIGINT NOT NULL PRIMARY KEY, note TEXT NOT NULL)");
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The first value of its answer.</returns>
    public static object? Ask(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        using NpgsqlCommand command = new(sql, connection);
        for (int i = 0; i < arguments.Length; i++) command.Parameters.AddWithValue($"p{i}", arguments[i]);
        return command.ExecuteScalar();
    }

    // The order of bytes, as in SQLite, whatever the database was made for.
    private static string TypeOf(SqlKind kind) => kind switch
    {
        SqlKind.Number => "BIGINT",
        SqlKind.Text => "TEXT COLLATE \"C\"",
        _ => "BYTEA",
    };
}
