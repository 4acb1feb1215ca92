using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>A learner of a database as a list shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Number of the version that answers; 0 for none.</param>
internal sealed record ListedLearner(string Name, int Version);

/// <summary>All learners of a database together: what would be a query for each otherwise.</summary>
/// <param name="database"><c>postgres://user:password@host:port/database</c>.</param>
internal sealed class PostgresLearners(string database)
{
    private readonly PostgresAddress address = PostgresAddress.Parse(AddressOf(database, "_"));

    /// <summary>How to connect.</summary>
    public string Connection => address.Connection;

    /// <summary>Where it is, without a password.</summary>
    public string Shown => address.Shown[..^2];

    /// <summary>Address of one of its learners.</summary>
    public static string AddressOf(string database, string learner)
    {
        int settings = database.IndexOf('?', StringComparison.Ordinal);
        string place = settings < 0 ? database : database[..settings];
        return $"{place.TrimEnd('/')}/{Uri.EscapeDataString(learner)}{(settings < 0 ? "" : database[settings..])}";
    }

    /// <summary>Makes the tables where they are missing, and what finds a learner by its name and a key by its id among many.</summary>
    public void Prepare() => Asked(connection =>
    {
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        PostgresTables.Make(connection, Shown);
        foreach (string index in new[] { "learner_by_name ON learner (name)", "keys_by_id ON keys (id)" }) PostgresTables.Ask(connection, $"CREATE INDEX IF NOT EXISTS {index}");
        transaction.Commit();
        return true;
    });

    /// <summary>Learners that have no key, in the order of names.</summary>
    /// <param name="after">The name after which they begin; empty for the first.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<ListedLearner> WithoutKeys(string after, int most) =>
        Listed("name > @p0 AND NOT EXISTS (SELECT 1 FROM keys k WHERE k.learner = learner.learner AND k.revoked IS NULL) ORDER BY name LIMIT @p1", after, most);

    /// <summary>The learner of a key.</summary>
    /// <param name="id">Id of the key.</param>
    /// <returns>Several where two learners have given out the same id by chance.</returns>
    public IReadOnlyList<ListedLearner> OfKey(string id) => Listed("learner IN (SELECT k.learner FROM keys k WHERE k.id = @p0 AND k.revoked IS NULL) ORDER BY name", id);

    /// <summary>Numbers that change with whatever is changed of learners; 0 where nothing was ever written.</summary>
    /// <param name="learners">All of one database.</param>
    public static IReadOnlyDictionary<DurableLearner, long> Marks(IReadOnlyCollection<DurableLearner> learners)
    {
        ILookup<long, DurableLearner> byId = learners.ToLookup(learner => ((PostgresStore)learner.File.Store).Learner);
        Dictionary<DurableLearner, long> marks = learners.ToDictionary(learner => learner, _ => 0L);
        PostgresStore one = (PostgresStore)learners.First().File.Store;
        one.Connected(writes: false, connection =>
        {
            // The transaction that wrote the row of counts, which every change writes.
            using NpgsqlCommand command = new("SELECT learner, xmin::text::bigint FROM counts WHERE learner = ANY(@p0)", connection);
            command.Parameters.AddWithValue("p0", byId.Select(group => group.Key).ToArray());
            using NpgsqlDataReader reader = command.ExecuteReader();
            while (reader.Read())
                foreach (DurableLearner learner in byId[reader.GetInt64(0)]) marks[learner] = reader.GetInt64(1);
            return true;
        });
        return marks;
    }

    /// <summary>The database of a learner; null for one in a file.</summary>
    public static string? ConnectionOf(DurableLearner learner) => (learner.File.Store as PostgresStore)?.Connection;

    private IReadOnlyList<ListedLearner> Listed(string where, params object[] arguments) => Asked(connection =>
    {
        using NpgsqlCommand command = new($"SELECT name, current FROM learner WHERE {where}", connection);
        for (int i = 0; i < arguments.Length; i++) command.Parameters.AddWithValue($"p{i}", arguments[i]);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<ListedLearner> listed = [];
        while (reader.Read()) listed.Add(new(reader.GetString(0), (int)reader.GetInt64(1)));
        return listed;
    });

    private T Asked<T>(Func<NpgsqlConnection, T> ask)
    {
        try
        {
            using NpgsqlConnection connection = new(address.Connection);
            connection.Open();
            return ask(connection);
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Explain(error, Shown, writes: false);
        }
    }
}
