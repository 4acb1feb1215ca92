using System.Security.Cryptography;
using System.Text;
using Engram.Durable.Storage;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Engram.Fleet;

/// <summary>
/// The tables through which the processes of a cluster find one another and the learners: those of a membership table and of a grain directory over ADO.NET, in a schema of their own. The
/// providers of Orleans read the statements from <c>OrleansQuery</c> by their keys; parameters and columns have the names that they give and read.
/// </summary>
/// <param name="connection">How to connect, with <see cref="Schema"/> as the search path.</param>
/// <param name="learners">The database's learners.</param>
/// <param name="making">What else is made with them.</param>
internal sealed class FleetTables(string connection, PostgresLearners learners, FleetTablesMaking making) : IHostedService
{
    /// <summary>Schema of the tables.</summary>
    public const string Schema = "orleans";

    private const long Making = 0x4F524C45;

    // A cluster has one row in members_version; each change of a silo's row counts it up in the same statement, and only from the version that was read.
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS members_version (deployment TEXT PRIMARY KEY, version INT NOT NULL);
        CREATE TABLE IF NOT EXISTS members (
          deployment TEXT NOT NULL REFERENCES members_version ON DELETE CASCADE, address TEXT NOT NULL, port INT NOT NULL, generation INT NOT NULL,
          silo_name TEXT NOT NULL, host_name TEXT NOT NULL, status INT NOT NULL, proxy_port INT NOT NULL, suspect_times TEXT,
          start_time TIMESTAMPTZ NOT NULL, alive_time TIMESTAMPTZ NOT NULL, PRIMARY KEY (deployment, address, port, generation));
        CREATE TABLE IF NOT EXISTS activations (
          cluster TEXT NOT NULL, provider TEXT NOT NULL, grain TEXT NOT NULL, silo TEXT NOT NULL, activation TEXT NOT NULL, PRIMARY KEY (cluster, provider, grain));
        CREATE INDEX IF NOT EXISTS activations_by_silo ON activations (cluster, provider, silo);
        CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, content TEXT NOT NULL);
        """;

    private const string Silo = "deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string MemberColumns = "m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.alive_time AS IAmAliveTime, v.version AS Version";

    private const string Counted = "counted AS (UPDATE members_version SET version = version + 1 WHERE deployment = @DeploymentId AND version = @Version";

    private const string Activation = "cluster AS ClusterId, provider AS ProviderId, grain AS GrainId, silo AS SiloAddress, activation AS ActivationId";

    private static readonly (string Key, string Text)[] Queries =
    [
        ("InsertMembershipVersionKey", "WITH added AS (INSERT INTO members_version VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1) SELECT EXISTS (SELECT 1 FROM added)"),
        ("MembershipReadAllKey", $"SELECT {MemberColumns} FROM members_version v LEFT JOIN members m USING (deployment) WHERE v.deployment = @DeploymentId"),
        ("MembershipReadRowKey", $"SELECT {MemberColumns} FROM members_version v LEFT JOIN members m ON m.deployment = v.deployment AND m.address = @Address AND m.port = @Port AND m.generation = @Generation WHERE v.deployment = @DeploymentId"),
        ("InsertMembershipKey", $"""
            WITH {Counted} AND NOT EXISTS (SELECT 1 FROM members WHERE {Silo}) RETURNING deployment),
            added AS (INSERT INTO members (deployment, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
              SELECT deployment, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM added)
            """),
        ("UpdateMembershipKey", $"""
            WITH {Counted} AND EXISTS (SELECT 1 FROM members WHERE {Silo}) RETURNING deployment AS of),
            changed AS (UPDATE members SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime FROM counted WHERE deployment = of AND {Silo} RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM changed)
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE members SET alive_time = @IAmAliveTime WHERE {Silo}"),
        ("DeleteMembershipTableEntriesKey", "DELETE FROM members_version WHERE deployment = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM members WHERE deployment = @DeploymentId AND alive_time < @IAmAliveTime AND status = 6"), // Dead
        ("CleanupDefunctSiloEntryKey", $"DELETE FROM members WHERE {Silo} AND status = 6 AND start_time = @StartTime AND alive_time = @IAmAliveTime AND suspect_times IS NOT DISTINCT FROM @SuspectTimes"),
        ("GatewaysQueryKey", "SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM members WHERE deployment = @DeploymentId AND status = @Status AND proxy_port > 0"),
        // Touching the row that is there makes it the statement's own, also where another has written it since the statement began.
        ("RegisterGrainActivationKey", $"INSERT INTO activations AS a VALUES (@ClusterId, @ProviderId, @GrainId, @SiloAddress, @ActivationId) ON CONFLICT (cluster, provider, grain) DO UPDATE SET grain = a.grain RETURNING {Activation}"),
        ("UnregisterGrainActivationKey", "WITH gone AS (DELETE FROM activations WHERE cluster = @ClusterId AND provider = @ProviderId AND grain = @GrainId AND activation = @ActivationId RETURNING 1) SELECT count(*)::int FROM gone"),
        ("LookupGrainActivationKey", $"SELECT {Activation} FROM activations WHERE cluster = @ClusterId AND provider = @ProviderId AND grain = @GrainId"),
        ("UnregisterGrainActivationsKey", "WITH gone AS (DELETE FROM activations WHERE cluster = @ClusterId AND provider = @ProviderId AND silo = ANY (string_to_array(@SiloAddresses, '|')) RETURNING 1) SELECT count(*)::int FROM gone"),
    ];

    /// <summary>Makes what is missing, before the silo starts.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(Make, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="EngramException">The database cannot be reached, or does not allow it.</exception>
    public void Make()
    {
        learners.Prepare();
        try
        {
            using NpgsqlConnection open = new(connection);
            open.Open();
            Run(open, $"SELECT pg_advisory_lock({Making})"); // until the connection is closed
            using NpgsqlTransaction transaction = open.BeginTransaction();
            Run(open, $"CREATE SCHEMA IF NOT EXISTS {Schema}");
            Run(open, Tables);
            foreach (var (key, text) in Queries) Run(open, "INSERT INTO OrleansQuery VALUES (@key, @text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", ("key", key), ("text", text));
            transaction.Commit();
            making.Then?.Invoke(this);
            Run(open, $"SELECT pg_advisory_unlock({Making})");
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Explain(error, learners.Shown, writes: true);
        }
    }

    /// <summary>A secret that all processes of the cluster share: made by whoever asks first.</summary>
    /// <param name="name">Its name.</param>
    public string Secret(string name)
    {
        using NpgsqlConnection open = new(connection);
        open.Open();
        Run(open, "INSERT INTO secrets VALUES (@name, @content) ON CONFLICT DO NOTHING", ("name", name), ("content", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        using NpgsqlCommand command = new("SELECT content FROM secrets WHERE name = @name", open);
        command.Parameters.AddWithValue("name", name);
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>Secrets whose names begin so.</summary>
    public IReadOnlyList<string> Secrets(string start)
    {
        using NpgsqlConnection open = new(connection);
        open.Open();
        using NpgsqlCommand command = new("SELECT content FROM secrets WHERE starts_with(name, @start) ORDER BY name", open);
        command.Parameters.AddWithValue("start", start);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<string> all = [];
        while (reader.Read()) all.Add(reader.GetString(0));
        return all;
    }

    /// <summary>Keeps a secret.</summary>
    public void Keep(string name, string content)
    {
        using NpgsqlConnection open = new(connection);
        open.Open();
        Run(open, "INSERT INTO secrets VALUES (@name, @content) ON CONFLICT (name) DO UPDATE SET content = excluded.content", ("name", name), ("content", content));
    }

    /// <summary>Whether two secrets are the same; how long that takes says nothing of either.</summary>
    public static bool AreSame(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static void Run(NpgsqlConnection open, string sql, params (string Name, string Value)[] arguments)
    {
        using NpgsqlCommand command = new(sql, open);
        foreach (var (name, value) in arguments) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}

/// <summary>What else is made while the tables are, by one process after the other.</summary>
internal sealed class FleetTablesMaking
{
    /// <summary>Makes it; null for nothing.</summary>
    public Action<FleetTables>? Then { get; set; }
}
