using System.Reflection;

namespace Engram;

/// <summary>What a catalog shows of a method, network, optimizer or stream; the class that carries it needs no other registration.</summary>
/// <param name="id">The name used in JSON and on the command line, such as <c>ewc</c>.</param>
public abstract class CatalogEntryAttribute(string id) : Attribute
{
    /// <summary>The name used in JSON and on the command line.</summary>
    public string Id { get; } = id;

    /// <summary>The field's name for it, such as <c>iCaRL</c>; empty where the name of its class says it in words.</summary>
    public string Name { get; init; } = "";

    /// <summary>Groups related entries in listings, such as <c>regularization</c>.</summary>
    public string Family { get; init; } = "";

    /// <summary>One line for a reader who knows the field.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Authors, year and arXiv id; empty where there is no paper.</summary>
    public string Paper { get; init; } = "";
}

/// <summary>One entry of a catalog.</summary>
/// <param name="Attribute">Id, summary and whatever else the kind of entry declares.</param>
/// <param name="Type">The class behind the entry.</param>
/// <param name="Settings">Those of its nested <c>Options</c> record, the constructor's only argument; of <see cref="NoSettings"/> where it has none.</param>
public sealed record CatalogEntry<TAttribute>(TAttribute Attribute, Type Type, SettingsShape Settings) where TAttribute : CatalogEntryAttribute;

/// <summary>Stands for the options of a class that has none.</summary>
public sealed record NoSettings;

/// <summary>
/// All classes of one kind, found by their attribute: adding a method, network, optimizer or stream is adding its file.
/// Only the edges (JSON, command line) look things up here; a program writes <c>new ElasticWeightConsolidation(new() { Lambda = 1 })</c>.
/// </summary>
/// <typeparam name="TItem">Base class of the entries.</typeparam>
/// <typeparam name="TAttribute">Attribute that marks them.</typeparam>
public sealed class Catalog<TItem, TAttribute> where TItem : class where TAttribute : CatalogEntryAttribute
{
    private readonly Dictionary<string, CatalogEntry<TAttribute>> entries = [];
    private readonly string kind;

    /// <summary>Scans assemblies; Engram's own come first, a program may add its own.</summary>
    /// <param name="kind">The word used in messages, such as <c>method</c>.</param>
    /// <param name="assemblies">Where to look.</param>
    /// <exception cref="InvalidOperationException">Two classes have one id, or a class lacks a constructor that takes its Options.</exception>
    public Catalog(string kind, params IEnumerable<Assembly> assemblies)
    {
        this.kind = kind;
        foreach (Type type in assemblies.Prepend(typeof(TItem).Assembly).Distinct().SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.GetCustomAttribute<TAttribute>() is not { } attribute || !type.IsAssignableTo(typeof(TItem))) continue;
            Type options = type.GetNestedType("Options") ?? typeof(NoSettings);
            if (type.GetConstructor(ArgumentsOf(options)) is null) throw new InvalidOperationException($"{type.Name} has no constructor that takes its Options.");
            if (!entries.TryAdd(attribute.Id, new(attribute, type, SettingsShape.Of(options))))
                throw new InvalidOperationException($"{type.Name} and {entries[attribute.Id].Type.Name} both have the id '{attribute.Id}'.");
        }
    }

    /// <summary>All entries by family, then id.</summary>
    public IEnumerable<CatalogEntry<TAttribute>> Entries =>
        entries.Values.OrderBy(entry => entry.Attribute.Family, StringComparer.Ordinal).ThenBy(entry => entry.Attribute.Id, StringComparer.Ordinal);

    /// <summary>The entry of an id.</summary>
    /// <exception cref="EngramException">There is none; the message names the nearest ones.</exception>
    public CatalogEntry<TAttribute> Find(string id) => entries.TryGetValue(id, out CatalogEntry<TAttribute>? entry) ? entry
        : throw EngramException.Input($"unknown-{kind}", $"There is no {kind} '{Quote.Of(id)}'{NearestNames.Suggest(id, entries.Keys)} 'engram {kind}s' lists them.");

    /// <summary>Makes the object behind an id.</summary>
    /// <param name="id">One of the catalog's ids.</param>
    /// <param name="options">An instance of the entry's options record.</param>
    public TItem Create(string id, object options)
    {
        Type type = Find(id).Type;
        return (TItem)(options is NoSettings ? Make(type) : Make(type, options));
    }

    // An error of the constructor comes out as it is.
    private static object Make(Type type, params object[] arguments) =>
        Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    private static Type[] ArgumentsOf(Type options) => options == typeof(NoSettings) ? [] : [options];
}
