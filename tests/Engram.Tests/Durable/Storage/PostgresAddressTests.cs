using Engram.Durable.Storage;
using Npgsql;

namespace Engram.Tests.Durable.Storage;

public sealed class PostgresAddressTests
{
    [Fact]
    public void An_address_says_all_that_it_takes_and_shows_all_but_the_password()
    {
        PostgresAddress address = PostgresAddress.Parse("postgres://an%40na:p%3A%2Fss@db.example:6543/factory/line%2F3?SslMode=Require");
        NpgsqlConnectionStringBuilder connection = new(address.Connection);

        Assert.Equal(("an@na", "p:/ss", "db.example", 6543, "factory", SslMode.Require), (connection.Username, connection.Password, connection.Host, connection.Port, connection.Database, connection.SslMode));
        Assert.Equal(("line/3", "postgres://an@na@db.example:6543/factory/line/3"), (address.Name, address.Shown));
    }

    [Fact]
    public void User_password_and_port_may_be_left_out()
    {
        PostgresAddress address = PostgresAddress.Parse("postgresql://[::1]/factory/line3");
        NpgsqlConnectionStringBuilder connection = new(address.Connection);

        Assert.Equal((null, null, "::1", 5432), (connection.Username, connection.Password, connection.Host, connection.Port));
        Assert.Equal("postgres://[::1]:5432/factory/line3", address.Shown);
    }

    [Fact]
    public void Names_have_keys_that_differ_and_stay()
    {
        Assert.Equal(PostgresAddress.Parse("postgres://a/b/c").Learner, PostgresAddress.Parse("postgres://x@y/z/c").Learner);
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(i => new PostgresAddress("", $"line {i}", "").Learner).Distinct().Count());
    }

    [Theory]
    [InlineData("postgres://anna:secret@db")]
    [InlineData("postgres://anna:secret@db/factory")]
    [InlineData("postgres://anna:secret@db/factory/")]
    [InlineData("postgres://anna:secret@db/factory/line3/more")]
    [InlineData("postgres://anna:secret@/factory/line3")]
    [InlineData("postgres://anna:secret@db:port/factory/line3")]
    [InlineData("postgres://anna:secret@db/factory/line3?Colour=secret")]
    [InlineData("postgres://anna:secret@db/factory/line3?SslMode=secret")]
    public void A_wrong_address_is_refused_with_its_form_and_without_its_password(string address)
    {
        EngramException error = Assert.Throws<EngramException>(() => EngramStore.Open(address, create: true));

        Assert.Equal((ErrorKind.Input, "wrong-address"), (error.Kind, error.Code));
        Assert.EndsWith("Write postgres://user:password@host:port/database/name.", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_named_without_the_password()
    {
        EngramException error = Assert.Throws<EngramException>(() => EngramStore.Open("postgres://anna:secret@127.0.0.1:1/factory/line3", create: true));

        Assert.Equal((ErrorKind.Failure, "cannot-connect"), (error.Kind, error.Code));
        Assert.StartsWith("'postgres://anna@127.0.0.1:1/factory/line3' cannot be reached:", error.Message);
        Assert.DoesNotContain("secret", error.ToString());
    }
}
