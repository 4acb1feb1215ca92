using Engram.Durable.Storage;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

public sealed class PostgresStoreTests(PostgresDatabase database) : EngramStoreContract, IClassFixture<PostgresDatabase>, IDisposable
{
    private readonly string name = $"line 3/{Guid.NewGuid():N}";

    private string Place => $"{database.Address}/{Uri.EscapeDataString(name)}";

    // Tests damage rows whosever they are.
    public void Dispose() => database.Empty();

    [Fact]
    public void Two_learners_of_one_database_do_not_see_each_other()
    {
        using EngramStore one = Open(), other = EngramStore.Open($"{database.Address}/other", create: true);
        Fill(one, 3);
        string before = StoreDigest.Of(one);

        other.Write(writer => Learn(writer, 1, held: 2));
        other.Write(writer =>
        {
            writer.RemoveHeld(1, test: true);
            writer.Put(Lesson(1, 0, 3));
            writer.Put(Version(1));
        });
        other.Write(writer => writer.PutState(StateOwner.Version, 1, new Dictionary<string, byte[]>()));
        using IDisposable held = one.HoldForWriting("learn");
        using IDisposable otherHeld = other.HoldForWriting("learn");

        Assert.Equal(before, StoreDigest.Of(one));
        Assert.Equal((1, 0), other.Read(reader => (reader.Lessons().Count, reader.HeldContents().Count)));
        Assert.Empty(one.Problems());
        Assert.Empty(other.Problems());
    }

    [Fact]
    public void Every_table_has_the_learner_first_in_its_key()
    {
        using EngramStore store = Open();

        string[] keys = database.Texts("SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'engram'::regnamespace");

        Assert.Equal(StoreTables.All.Length + StoreTables.Indexes.Length + 1, keys.Length);
        Assert.All(keys, key => Assert.Contains("(learner", key));
    }

    [Fact]
    public void What_waits_for_another_write_of_the_same_learner_comes_after_it()
    {
        using EngramStore store = Open();
        Fill(store, 1);

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => store.Write(writer => writer.Add(Day, "anna", "lab3", "note", "{}")));

        Assert.Equal(Enumerable.Range(1, 17), store.Read(reader => reader.Events().Select(row => row.Number)));
    }

    [Fact]
    public void A_lock_ends_with_its_connection()
    {
        using EngramStore store = Open();
        IDisposable held = store.HoldForWriting("learn");

        database.Execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        using IDisposable second = Eventually(() => store.HoldForWriting("prune"));
        held.Dispose();

        Assert.Equal("being-written", Assert.Throws<EngramException>(() => store.HoldForWriting("third")).Code);
    }

    [Fact]
    public void A_learner_that_is_not_there_is_made_only_when_that_is_wanted()
    {
        AssertMissing();
        Open().Dispose();
        AssertMissing();

        void AssertMissing()
        {
            EngramException error = Assert.Throws<EngramException>(() => Open(create: false));
            Assert.Equal((ErrorKind.Input, "no-engram"), (error.Kind, error.Code));
            Assert.Contains($"has no learner '{name}'", error.Message);
        }
    }

    [Fact]
    public void Tables_of_a_newer_Engram_and_a_schema_of_another_program_are_refused()
    {
        Open().Dispose();
        database.Execute("COMMENT ON SCHEMA engram IS 'Engram, schema 3'");
        Assert.Equal("newer-engram", Assert.Throws<EngramException>(() => Open()).Code);
        database.Execute("COMMENT ON SCHEMA engram IS NULL");
        Assert.Equal("not-an-engram", Assert.Throws<EngramException>(() => Open()).Code);
        database.Execute("DROP SCHEMA engram CASCADE");
    }

    [Fact]
    public void Who_is_not_let_in_is_told_without_the_password()
    {
        UriBuilder address = new(Place) { UserName = "stranger", Password = "se%20cret" };

        EngramException error = Assert.Throws<EngramException>(() => EngramStore.Open(address.ToString(), create: true));

        Assert.Equal((ErrorKind.Input, "cannot-connect"), (error.Kind, error.Code));
        Assert.StartsWith($"'postgres://stranger@{address.Host}:{address.Port}/", error.Message);
        Assert.DoesNotContain("cret", error.ToString());
    }

    [Fact]
    public void A_database_that_is_not_there_is_named()
    {
        UriBuilder address = new(Place) { Path = "/nowhere/line3" };

        EngramException error = Assert.Throws<EngramException>(() => EngramStore.Open(address.ToString(), create: true));

        Assert.Equal((ErrorKind.Input, "cannot-connect"), (error.Kind, error.Code));
        Assert.Contains("nowhere", error.Message);
    }

    private protected override EngramStore Open(bool create = true) => EngramStore.Open(Place, create);

    protected override void Execute(string sql) => database.Execute(sql);

    protected override void MakeOlder()
    {
        database.Execute("DROP TABLE keys");
        database.Execute("DROP TABLE feedback");
        database.Execute("COMMENT ON SCHEMA engram IS 'Engram, schema 1'");
    }

    protected override string Schema() => Texts("SELECT obj_description('engram'::regnamespace, 'pg_namespace')").Single()[^1..];

    protected override string[] Texts(string sql) => database.Texts(sql);

    // The server notices after a moment that a connection was ended.
    private static IDisposable Eventually(Func<IDisposable> take)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return take();
            }
            catch (EngramException error) when (error.Code == "being-written" && attempt < 100)
            {
                Thread.Sleep(20);
            }
        }
    }
}
