using System.Reflection;

namespace Engram.OwnData;

/// <summary>All readers of own data: finds the one for a path.</summary>
/// <param name="assemblies">Where else to look for readers than in the library itself.</param>
public sealed class RecordCatalog(params IEnumerable<Assembly> assemblies)
{
    private readonly Catalog<RecordReader, RecordReaderAttribute> readers = new("form of data", assemblies);

    /// <summary>All readers.</summary>
    public IEnumerable<CatalogEntry<RecordReaderAttribute>> Entries => readers.Entries;

    /// <summary>Opens data of any form.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="options">What the user said about columns and the like.</param>
    /// <param name="progress">Hears how much is read; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">There is nothing at the path, no reader or more than one takes it, or the data are wrong.</exception>
    public Records Open(string path, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default) =>
        Find(path).Open(path, options, progress, cancellation);

    /// <summary>The reader for a path.</summary>
    /// <exception cref="EngramException">There is nothing at the path, or no reader or more than one takes it.</exception>
    public RecordReader Find(string path)
    {
        if (!Path.Exists(path)) throw EngramException.Input("missing-data", $"There is no file or folder '{path}'; check the path.");
        var takers = readers.Entries.Select(entry => (Entry: entry, Reader: readers.Create(entry.Attribute.Id, new NoSettings()))).Where(one => one.Reader.Reads(path)).ToArray();
        takers = [.. takers.Where(one => one.Entry.Attribute.Rank == takers.Max(other => other.Entry.Attribute.Rank))];
        return takers.Length switch
        {
            1 => takers[0].Reader,
            0 => throw EngramException.Input("unknown-data", $"'{path}' is of no form that can be read; what can be read: {string.Join("; ", readers.Entries.Select(entry => entry.Attribute.Looks))}. Rename it if its ending is another."),
            _ => throw EngramException.Input("ambiguous-data", $"'{path}' holds data of several forms ({string.Join(", ", takers.Select(one => one.Entry.Attribute.Id))}); name one file, or keep each form in a folder of its own."),
        };
    }
}
