using Engram.Durable.Storage;
using Npgsql;

namespace Engram.Tests.Durable.Storage;

/// <summary>A database of its own on the server that <c>ENGRAM_POSTGRES</c> names, gone afterwards.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("ENGRAM_POSTGRES");
    private readonly string name = $"engram_test_{Guid.NewGuid():N}";
    private bool isMade;

    /// <summary>Its address without a learner's name; the test is skipped where there is no server.</summary>
    public string Address
    {
        get
        {
            Assert.SkipWhen(string.IsNullOrEmpty(Server), "ENGRAM_POSTGRES names no server, such as postgres://engram@127.0.0.1:5432/engram.");
            if (!isMade) Execute(new Uri(Server!), $"CREATE DATABASE {name}");
            isMade = true;
            return new Uri(new Uri(Server!), "/" + name).ToString();
        }
    }

    public void Dispose()
    {
        if (isMade) Execute(new Uri(Server!), $"DROP DATABASE {name} WITH (FORCE)");
    }

    /// <summary>Changes its tables beside a store.</summary>
    public void Execute(string sql) => Execute(new Uri(Address), sql);

    /// <summary>Removes all learners.</summary>
    public void Empty()
    {
        if (isMade && Texts("SELECT 'there' WHERE to_regclass('engram.learner') IS NOT NULL").Length > 0) Execute($"TRUNCATE {string.Join(", ", StoreTables.All.Select(table => table.Name))}");
    }

    public string[] Texts(string sql)
    {
        using NpgsqlConnection connection = Connect(new Uri(Address));
        using NpgsqlCommand command = new(sql, connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<string> texts = [];
        while (reader.Read()) texts.Add(reader.GetString(0));
        return [.. texts];
    }

    private static void Execute(Uri address, string sql)
    {
        using NpgsqlConnection connection = Connect(address);
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    private static NpgsqlConnection Connect(Uri address)
    {
        string[] user = address.UserInfo.Split(':');
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder
        {
            Host = address.Host, Port = address.Port, Database = address.AbsolutePath.Trim('/'), Username = user[0], Password = user.Length > 1 ? user[1] : null, SearchPath = "engram", Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }
}
