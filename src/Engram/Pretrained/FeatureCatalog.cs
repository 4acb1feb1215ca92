using System.Reflection;
using System.Text.Json.Nodes;
using Engram.Streams;

namespace Engram.Pretrained;

/// <summary>Frozen networks that can be named: by id, such as <c>resnet18</c>, or by the path of a file. No network is loaded before one is made.</summary>
/// <param name="assemblies">Where they are; the library itself has none.</param>
public sealed class FeatureCatalog(params Assembly[] assemblies)
{
    private const int SmallPicture = 64;
    private readonly Catalog<FeatureExtractor, FeaturesAttribute> catalog = new("feature", assemblies);

    /// <summary>All frozen networks by id.</summary>
    public IEnumerable<CatalogEntry<FeaturesAttribute>> Entries => catalog.Entries;

    /// <summary>What is wrong with a name, and what to do, as a sentence; null where it names a frozen network.</summary>
    public string? Problem(string name)
    {
        if (EntryOf(name) is not { } entry) return $"There is no frozen network '{Quote.Of(name)}'{NearestNames.Suggest(name, Named)} Choose {Choices}.";
        return entry.Attribute.Ending.Length == 0 || File.Exists(name) ? null : $"There is no file '{Quote.Of(name)}'; give the path of a network, or choose {Choices}.";
    }

    /// <summary>Makes a frozen network.</summary>
    /// <param name="name">An id, or the path of a file.</param>
    /// <param name="settings">Those that are not at their defaults; null for none.</param>
    /// <exception cref="EngramException">There is none of that name (<see cref="Problem"/>), or a setting is wrong.</exception>
    public FeatureExtractor Create(string name, JsonObject? settings = null)
    {
        if (Problem(name) is { } problem) throw EngramException.Input("unknown-features", problem);
        CatalogEntry<FeaturesAttribute> entry = EntryOf(name)!;
        JsonObject all = (JsonObject?)settings?.DeepClone() ?? [];
        if (entry.Attribute.Ending.Length > 0) all["path"] = name;
        List<string> problems = [];
        object options = entry.Settings.Bind(all, "", problems);
        return problems.Count == 0 ? catalog.Create(entry.Attribute.Id, options) : throw EngramException.Input("wrong-setting", string.Join(' ', problems));
    }

    /// <summary>Id of the network that suits a stream; null where its samples are as well seen as they are: numbers, and pictures of at most 64 pixels a side.</summary>
    /// <exception cref="EngramException">The samples are texts, and there is no network that reads.</exception>
    public string? Suiting(TaskStream stream) => Suiting(stream.Tasks[0].Train, stream.Id);

    /// <summary>The same for samples.</summary>
    /// <param name="samples">One at least.</param>
    /// <param name="source">What they are called, for messages.</param>
    /// <exception cref="EngramException">The samples are texts, and there is no network that reads.</exception>
    public string? Suiting(Samples samples, string source)
    {
        SuitingSamples kind = samples.Text(0) is not null ? SuitingSamples.Texts : samples.InputShape is [_, > SmallPicture, > SmallPicture] ? SuitingSamples.LargePictures : SuitingSamples.None;
        string? id = kind == SuitingSamples.None ? null : Entries.FirstOrDefault(entry => entry.Attribute.Suits == kind)?.Attribute.Id;
        return id is not null || kind != SuitingSamples.Texts ? id
            : throw EngramException.Input("unknown-features", $"'{source}' holds texts, and there is no network that reads them; give the catalogs an assembly with one, such as Engram.Texts.");
    }

    private IEnumerable<string> Named => Entries.Where(entry => entry.Attribute.Ending.Length == 0).Select(entry => entry.Attribute.Id);

    private string Choices => string.Join(" or ", [.. Named, .. Entries.Where(entry => entry.Attribute.Ending.Length > 0).Select(entry => $"a file *{entry.Attribute.Ending}")]);

    private CatalogEntry<FeaturesAttribute>? EntryOf(string name) => Entries.FirstOrDefault(entry =>
        entry.Attribute.Ending.Length > 0 ? name.EndsWith(entry.Attribute.Ending, StringComparison.OrdinalIgnoreCase) : entry.Attribute.Id == name);
}
