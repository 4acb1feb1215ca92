using Microsoft.Data.Sqlite;

namespace Engram.Tests.Durable.Storage;

/// <summary>A SQLite file as any tool opens it.</summary>
internal static class SqliteFile
{
    public static void Execute(string path, string sql)
    {
        using SqliteConnection connection = Connect(path);
        using SqliteCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    public static string[] Texts(string path, string sql)
    {
        using SqliteConnection connection = Connect(path);
        using SqliteCommand command = new(sql, connection);
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> texts = [];
        while (reader.Read()) texts.Add(reader.GetString(0));
        return [.. texts];
    }

    /// <summary>Takes away the tables that came with the second version, which are empty: what is left is as the first one was made.</summary>
    public static void MakeOlder(string path)
    {
        Execute(path, "DROP TABLE keys");
        Execute(path, "DROP TABLE feedback");
        Execute(path, "PRAGMA user_version = 1");
    }

    /// <summary>Begins to write and holds that until the result is disposed of.</summary>
    public static IDisposable Begin(string path)
    {
        SqliteConnection connection = Connect(path);
        using SqliteCommand command = new("BEGIN IMMEDIATE", connection);
        command.ExecuteNonQuery();
        return connection;
    }

    private static SqliteConnection Connect(string path)
    {
        SqliteConnection connection = new($"Data Source=\"{path}\";Pooling=False");
        connection.Open();
        return connection;
    }
}
