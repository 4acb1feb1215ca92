using Engram.Durable.Storage;
using Npgsql;

namespace Engram.Bench.Fleets;

/// <summary>Writes a learner again and again under other names: its rows, with the checksums that they have under each name.</summary>
internal static class KnownLearners
{
    private const int AtOnce = 1000;

    /// <summary>Writes them.</summary>
    /// <param name="database">Where the learner is, and the others go.</param>
    /// <param name="learner">Its name.</param>
    /// <param name="names">Names of the others.</param>
    public static void Copy(string database, string learner, IEnumerable<string> names)
    {
        PostgresAddress from = PostgresAddress.Parse(PostgresLearners.AddressOf(database, learner));
        using NpgsqlConnection connection = new(from.Connection);
        connection.Open();
        (SqlTable Table, List<object?[]> Rows)[] tables = [.. StoreTables.All.Select(table => (table, Rows(connection, table, from.Learner)))];
        foreach (string[] some in names.Chunk(AtOnce))
        {
            long[] ids = [.. some.Select(name => PostgresAddress.Parse(PostgresLearners.AddressOf(database, name)).Learner)];
            foreach (var (table, rows) in tables.Where(one => one.Rows.Count > 0))
            {
                using NpgsqlBinaryImporter import = connection.BeginBinaryImport($"COPY {table.Name} FROM STDIN (FORMAT BINARY)");
                for (int one = 0; one < some.Length; one++)
                    foreach (object?[] row in rows)
                    {
                        object?[] values = [.. row];
                        if (table == StoreTables.Learner) values[0] = some[one];
                        import.StartRow();
                        foreach (object? value in table.Stored(ids[one], values))
                        {
                            if (value is null) import.WriteNull();
                            else if (value is long number) import.Write(number);
                            else if (value is string text) import.Write(text);
                            else import.Write((byte[])value);
                        }
                    }
                import.Complete();
            }
        }
        using NpgsqlCommand analyze = new("ANALYZE", connection) { CommandTimeout = 600 };
        analyze.ExecuteNonQuery();
    }

    private static List<object?[]> Rows(NpgsqlConnection connection, SqlTable table, long learner)
    {
        using NpgsqlCommand command = new(table.Select(whole: true, null), connection);
        command.Parameters.AddWithValue("p0", learner);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            object?[] read = new object?[reader.FieldCount];
            for (int i = 0; i < read.Length; i++) read[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(table.Values(learner, read)!);
        }
        return rows;
    }
}
