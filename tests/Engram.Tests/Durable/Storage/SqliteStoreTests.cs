using Engram.Durable.Storage;
using Engram.Tests.Datasets;
using Microsoft.Data.Sqlite;

namespace Engram.Tests.Durable.Storage;

public sealed class SqliteStoreTests : EngramStoreContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Place => folder["line 3 #ä%.engram"];

    public void Dispose() => folder.Dispose();

    private protected override EngramStore Open(bool create = true) => EngramStore.Open(Place, create);

    protected override void Execute(string sql) => SqliteFile.Execute(Place, sql);

    protected override string[] Texts(string sql) => SqliteFile.Texts(Place, sql);
}
