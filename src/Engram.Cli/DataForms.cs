using Engram.OwnData;
using Engram.Tables;

namespace Engram.Cli;

/// <summary>The forms of own data that this program reads: those of the library, and tables.</summary>
internal static class DataForms
{
    /// <summary>A catalog of them; making it loads what reads tables.</summary>
    public static RecordCatalog Catalog() => new(typeof(CsvReader).Assembly);
}
