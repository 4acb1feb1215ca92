using System.Reflection;
using System.Text.Json.Nodes;

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
        options.Unlabelled && File.Exists(path) && ReaderOfRecord(path) is { } reader ? reader.OpenRecords([path], path, options, progress, cancellation) : Find(path).Open(path, options, progress, cancellation);

    /// <summary>Opens what a user named one after the other: one path as <see cref="Open(string, RecordOptions, IProgress{ReadProgress}?, CancellationToken)"/> does, several pictures or texts as one set without labels.</summary>
    /// <param name="paths">One at least.</param>
    /// <param name="options">What the user said; several paths need <see cref="RecordOptions.Unlabelled"/>.</param>
    /// <param name="progress">Hears how much is read; null for nobody.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="EngramException">There is nothing at a path, several are not all pictures or all texts, or the data are wrong.</exception>
    public Records Open(IReadOnlyList<string> paths, RecordOptions options, IProgress<ReadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (paths.Count == 0) throw EngramException.Input("missing-data", "No data are named; name a file or folder.");
        if (paths.Count == 1) return Open(paths[0], options, progress, cancellation);
        string all = $"{paths.Count} paths, '{Quote.Of(paths[0])}' and others,";
        if (!options.Unlabelled) throw EngramException.Input("several-paths", $"{all} are named where labels are needed, which single files do not have; put the files into a folder for each class, and name the folder around these.");
        if (paths.FirstOrDefault(path => !Path.Exists(path)) is { } missing) throw EngramException.Input("missing-data", $"There is no file or folder '{missing}'; check the path.");
        RecordReader[] takers = [.. paths.Select(path => File.Exists(path) && ReaderOfRecord(path) is { } reader ? reader
            : throw EngramException.Input("several-paths", $"{all} must all be pictures or all be texts, but '{Quote.Of(path)}' is {(Directory.Exists(path) ? "a folder" : "neither")}; name it by itself."))];
        if (Array.FindIndex(takers, taker => taker.GetType() != takers[0].GetType()) is > 0 and var strange)
            throw EngramException.Input("several-paths", $"{all} must all be of one form, but '{Quote.Of(paths[strange])}' is of another than '{Quote.Of(paths[0])}'; name pictures and texts apart.");
        return takers[0].OpenRecords(paths, $"{paths[0]} and {paths.Count - 1} more", options, progress, cancellation);
    }

    /// <summary>The form of inputs that <see cref="InputForm.ToJson"/> described, whatever reader it came from.</summary>
    /// <param name="json">The description.</param>
    /// <exception cref="EngramException">It is damaged, or of a kind that no reader knows.</exception>
    public InputForm FormOf(JsonObject json)
    {
        string kind = new FormJson(json).Text("kind");
        string[] known = [.. readers.Entries.Select(entry => entry.Attribute.Form).Where(form => form.Length > 0)];
        if (!known.Contains(kind)) throw FormJson.Damaged($"is of the kind '{Quote.Of(kind)}', and {string.Join(", ", known)} are known");
        return readers.Create(readers.Entries.First(entry => entry.Attribute.Form == kind).Attribute.Id, new NoSettings()).FormOf(json);
    }

    private RecordReader? ReaderOfRecord(string file) => readers.Entries.Select(entry => readers.Create(entry.Attribute.Id, new NoSettings())).FirstOrDefault(reader => reader.IsRecord(file));

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
