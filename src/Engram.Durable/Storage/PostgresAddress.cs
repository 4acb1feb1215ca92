using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>Address of a learner in PostgreSQL: <c>postgres://user:password@host:port/database/name</c>.</summary>
/// <param name="Connection">How to connect.</param>
/// <param name="Name">Name of the learner.</param>
/// <param name="Shown">The address without its password.</param>
internal sealed record PostgresAddress(string Connection, string Name, string Shown)
{
    /// <summary>Schema of the tables, apart from others of the database.</summary>
    public const string Schema = "engram";

    private const string Form = "postgres://user:password@host:port/database/name";
    private const int Port = 5432, SecondsToConnect = 10, SecondsToAnswer = 300;

    /// <summary>Key of the learner in all tables: the first 8 bytes of its name's SHA-256, so that nobody has to give out numbers.</summary>
    public long Learner { get; } = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Name)));

    /// <summary>Whether a text is such an address, right or wrong.</summary>
    public static bool Is(string address) => address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address. What stands after a question mark, such as <c>?SslMode=Require</c>, are settings of Npgsql.</summary>
    /// <exception cref="EngramException">It is not of that form (<c>wrong-address</c>).</exception>
    public static PostgresAddress Parse(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0) throw Wrong("it cannot be read");
        string[] path = [.. uri.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString)];
        if (path.Length != 2 || path.Any(string.IsNullOrWhiteSpace)) throw Wrong("after the server it needs a database and the learner's name");
        string[] user = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        int port = uri.Port > 0 ? uri.Port : Port;
        NpgsqlConnectionStringBuilder connection = new()
        {
            Host = uri.Host.Trim('[', ']'), Port = port, Database = path[0], SearchPath = Schema, Timeout = SecondsToConnect, CommandTimeout = SecondsToAnswer, MaxAutoPrepare = 30, ApplicationName = "engram",
        };
        if (user[0].Length > 0) connection.Username = user[0];
        if (user.Length > 1) connection.Password = user[1];
        foreach (string[] setting in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)))
            Set(connection, Uri.UnescapeDataString(setting[0]), setting.Length > 1 ? Uri.UnescapeDataString(setting[1]) : "");
        return new(connection.ToString(), path[1], $"postgres://{(user[0].Length > 0 ? user[0] + "@" : "")}{uri.Host}:{port}/{path[0]}/{path[1]}");
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string name, string value)
    {
        try
        {
            connection[name] = value;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            throw Wrong($"the setting '{Quote.Of(name)}' is unknown or has a wrong value", error);
        }
    }

    // The address itself is not shown, for it may hold a password.
    private static EngramException Wrong(string why, Exception? cause = null) => EngramException.Input("wrong-address", $"The address of the learner is wrong: {why}. Write {Form}.", cause);
}
