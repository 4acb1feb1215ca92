using System.Reflection;

namespace Engram.Streams;

/// <summary>A stream that can be named.</summary>
/// <param name="Id">Full name, such as <c>permuted-mnist</c>.</param>
/// <param name="Dataset">Id of its image data set; empty where it has its own data.</param>
/// <param name="Entry">The kind of stream.</param>
public sealed record NamedStream(string Id, string Dataset, CatalogEntry<StreamAttribute> Entry)
{
    /// <summary>Settings of a run that it suggests, as JSON: those for its data set, or else those of its kind.</summary>
    public string RunDefaults => Entry.Type.GetCustomAttributes<DatasetDefaultsAttribute>().FirstOrDefault(one => one.Dataset == Dataset)?.RunDefaults ?? Entry.Attribute.RunDefaults;
}

/// <summary>All streams by full name: each kind of image stream with each image data set, and streams with their own data.</summary>
public sealed class StreamCatalog
{
    private readonly Catalog<StreamDefinition, StreamAttribute> kinds;
    private readonly string[] datasets;
    private readonly Dictionary<string, NamedStream> streams = [];

    /// <summary>Finds the kinds of streams and joins them with the data sets.</summary>
    /// <param name="datasets">Ids of the image data sets.</param>
    /// <param name="assemblies">Where else to look for kinds of streams.</param>
    public StreamCatalog(IEnumerable<string> datasets, params IEnumerable<Assembly> assemblies)
    {
        kinds = new("stream", assemblies);
        this.datasets = [.. datasets];
        foreach (CatalogEntry<StreamAttribute> entry in kinds.Entries)
        {
            string family = entry.Attribute.Id, preset = entry.Attribute.DefaultDataset;
            if (!entry.Type.IsAssignableTo(typeof(ImageStream)) || preset.Length > 0) streams[family] = new(family, preset, entry);
            if (!entry.Type.IsAssignableTo(typeof(ImageStream))) continue;
            foreach (string dataset in this.datasets.Where(dataset => dataset != preset && (entry.Attribute.Datasets is [] || entry.Attribute.Datasets.Contains(dataset)))) streams[$"{family}-{dataset}"] = new($"{family}-{dataset}", dataset, entry);
        }
    }

    /// <summary>All streams by name.</summary>
    public IEnumerable<NamedStream> Streams => streams.Values.OrderBy(stream => stream.Id, StringComparer.Ordinal);

    /// <summary>The stream of a name or path; null where there is none.</summary>
    public NamedStream? Known(string id) => streams.TryGetValue(id, out NamedStream? stream) ? stream
        : IsPath(id) && kinds.Entries.FirstOrDefault(entry => entry.Attribute.IsNamedByPath) is { } own ? new(id, "", own) : null;

    /// <summary>A name as it stands in a configuration: that of a path is the full path, so that it means the same in any folder.</summary>
    public string FullName(string name) => !streams.ContainsKey(name) && IsPath(name) ? Path.GetFullPath(name) : name;

    /// <summary>The stream of a name or path.</summary>
    /// <exception cref="EngramException">There is none; the message names the nearest ones.</exception>
    public NamedStream Find(string id) => Known(id) ?? throw EngramException.Input("unknown-stream", $"There is no stream '{Quote.Of(id)}'{(datasets.Contains(id, StringComparer.OrdinalIgnoreCase) ? ", which is a data set" : "")}{NearestNames.Suggest(id, streams.Keys)} 'engram streams' lists them.");

    // No name has a dot or a slash.
    private static bool IsPath(string name) => name.AsSpan().ContainsAny("./\\") || Path.Exists(name);

    /// <summary>Makes the stream's definition from its options.</summary>
    public StreamDefinition Create(NamedStream stream, object options) => kinds.Create(stream.Entry.Attribute.Id, options);
}
