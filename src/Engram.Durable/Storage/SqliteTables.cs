using Microsoft.Data.Sqlite;

namespace Engram.Durable.Storage;

/// <summary>The tables in a SQLite file, and which of them a file has.</summary>
internal static class SqliteTables
{
    // "ENGR"
    private const long Application = 0x454E4752;

    // The columns of the learner's inputs, for people who open the file.
    private const string ColumnsView = """
        CREATE VIEW columns AS
        SELECT learner.learner, element.key AS place, json_extract(element.value, '$.name') AS name, element.value AS detail
        FROM learner, json_each(learner.inputs, '$.form.columns') AS element
        """;

    /// <summary>Refuses a file that SQLite did not write.</summary>
    /// <exception cref="EngramException">It is something else (<c>not-an-engram</c>), or cannot be read.</exception>
    public static void RefuseOtherFile(string path)
    {
        Span<byte> start = stackalloc byte[16];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("SQLite format 3\0"u8)) return;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{path}' cannot be read: {error.Message.TrimEnd('.')}. Check the rights of the file and its folder.", error);
        }
        throw EngramException.Input("not-an-engram", $"'{path}' is no engram: it does not begin as a SQLite database does. Name a file that engram learn made; if this one was, take it from a backup.");
    }

    /// <summary>Version of a file's tables; 0 where a stop left it before anything was written.</summary>
    /// <exception cref="EngramException">It is of another program (<c>not-an-engram</c>), of a newer Engram (<c>newer-engram</c>), or damaged.</exception>
    public static int SchemaOf(SqliteConnection connection, string path)
    {
        long application = (long)SqliteConnector.Ask(connection, "PRAGMA application_id")!, schema = (long)SqliteConnector.Ask(connection, "PRAGMA user_version")!;
        long tables = (long)SqliteConnector.Ask(connection, "SELECT count(*) FROM sqlite_master")!;
        if (application == 0 && schema == 0 && tables == 0) return 0;
        if (application != Application)
            throw EngramException.Input("not-an-engram", $"'{path}' is a SQLite database of another program (application id {application}, expected {Application}). Name a file that engram learn made.");
        if (schema > EngramStore.Schema)
            throw EngramException.Input("newer-engram", $"'{path}' was written by a newer Engram (schema {schema}; this one knows up to {EngramStore.Schema}). Update Engram.");
        if (schema < 1 || tables == 0) throw SqlStore.Damaged(path, $"it has {tables} tables and indexes of schema {schema}");
        return (int)schema;
    }

    /// <summary>Makes the tables that are missing, within a transaction.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="schema">Version of those that are there; 0 for none.</param>
    public static void Make(SqliteConnection connection, int schema)
    {
        SqliteConnector.Ask(connection, $"PRAGMA application_id = {Application}");
        SqliteConnector.Ask(connection, $"PRAGMA user_version = {EngramStore.Schema}");
        // A large row would be read whole whenever its key is compared, if it lay in the tree of the keys.
        foreach (SqlTable table in StoreTables.All.Where(table => table.Since > schema)) SqliteConnector.Ask(connection, table.Create(TypeOf, table.Heavy.Length == 0 ? " WITHOUT ROWID" : ""));
        if (schema > 0) return;
        foreach (string statement in StoreTables.Indexes.Append(ColumnsView)) SqliteConnector.Ask(connection, statement);
    }

    private static string TypeOf(SqlKind kind) => kind switch
    {
        SqlKind.Number => "INTEGER",
        SqlKind.Text => "TEXT",
        _ => "BLOB",
    };
}
