using System.Reflection;
using Engram.Cli.Progress;
using Engram.Datasets;
using Engram.Experiments;
using Engram.OwnData;

namespace Engram.Cli;

/// <summary>The laboratory as the command line has it: with readers of tables and pictures, and networks that have learned to see and to read.</summary>
internal static class Workbench
{
    /// <summary>Readers of tables and pictures, and networks that have learned to see and to read.</summary>
    public static Assembly[] Assemblies => [typeof(Tables.CsvReader).Assembly, typeof(Pictures.ResNet18).Assembly, typeof(Texts.MiniLm).Assembly];

    /// <summary>Hears how far reading own data has come.</summary>
    public static ReadingNotes Reading { get; } = new();

    /// <summary>A laboratory over the data of a command.</summary>
    /// <param name="data">What the user gave with <c>--data</c>.</param>
    public static Laboratory Laboratory(string? data) => new(DataFolders.FromEnvironment(data), Assemblies) { Reading = Reading };

    /// <summary>The readers of own data.</summary>
    public static RecordCatalog Records() => new(Assemblies);
}
