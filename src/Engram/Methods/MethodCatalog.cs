using System.Reflection;
using Engram.Streams;

namespace Engram.Methods;

/// <summary>
/// All methods by id, and their combinations: <c>ewc+si</c> is an entry like any other, made when it is asked for. Its settings are
/// those of its parts, each under its own id: <c>{"ewc": {"lambda": 10}, "si": {}}</c>.
/// </summary>
/// <param name="assemblies">Where to look besides Engram itself.</param>
public sealed class MethodCatalog(params IEnumerable<Assembly> assemblies)
{
    private const char Plus = '+';
    private readonly Catalog<LearningMethod, MethodAttribute> methods = new("method", assemblies);
    private readonly Dictionary<string, CatalogEntry<MethodAttribute>> combinations = [];

    /// <summary>All single methods by family, then id.</summary>
    public IEnumerable<CatalogEntry<MethodAttribute>> Entries => methods.Entries;

    /// <summary>Ids of the methods that an id combines; of a single method, its own.</summary>
    public static string[] PartsOf(string id) => id.Split(Plus);

    /// <summary>The entry of an id, such as <c>ewc</c> or <c>ewc+si</c>.</summary>
    /// <exception cref="EngramException">There is none, or its parts cannot be combined.</exception>
    public CatalogEntry<MethodAttribute> Find(string id)
    {
        if (!id.Contains(Plus)) return methods.Find(id);
        lock (combinations)
        {
            if (!combinations.TryGetValue(id, out CatalogEntry<MethodAttribute>? entry)) combinations[id] = entry = Combine(id);
            return entry;
        }
    }

    /// <summary>Makes the method behind an id.</summary>
    /// <param name="id">One that <see cref="Find"/> knows.</param>
    /// <param name="options">An instance of the method's options; of a combination, those of each part under its id, as the entry's settings make them.</param>
    public LearningMethod Create(string id, object options)
    {
        if (!id.Contains(Plus)) return methods.Create(id, options);
        var ofParts = (IReadOnlyDictionary<string, object>)options;
        return new CompositeMethod([.. PartsOf(id).Select(part => methods.Create(part, ofParts.GetValueOrDefault(part) ?? new NoSettings()))]);
    }

    /// <summary>
    /// That a method cannot help against forgetting on a stream, and why, in a line; null where it may. A combination can where one of its parts can.
    /// </summary>
    /// <param name="id">One that <see cref="Find"/> knows.</param>
    /// <param name="stream">The tasks.</param>
    public string? Doubt(string id, TaskStream stream)
    {
        List<string> reasons = [];
        foreach (string part in PartsOf(id))
        {
            if (methods.Find(part).Type.GetCustomAttributes<NoHelpAttribute>().FirstOrDefault(one => one.Holds(stream)) is not { } none) return null;
            reasons.Add(none.Reason);
        }
        return $"{id} cannot help against forgetting in the {stream.Scenario.ToString().ToLowerInvariant()} scenario of {stream.Id}: {string.Join("; ", reasons.Distinct())}.";
    }

    private CatalogEntry<MethodAttribute> Combine(string id)
    {
        CatalogEntry<MethodAttribute>[] parts = [.. PartsOf(id).Select(methods.Find)];
        CompositeMethod.Refuse([.. parts.Select(part => part.Type)]);
        MethodAttribute[] attributes = [.. parts.Select(part => part.Attribute)];
        MethodAttribute combined = new(id)
        {
            Family = "combinations",
            Summary = string.Join(" and ", attributes.Select(part => part.Id)) + " together",
            Paper = string.Join("; ", attributes.Select(part => part.Paper).Where(paper => paper.Length > 0)),
            Scenarios = [.. attributes.Select(part => part.Scenarios).Aggregate((all, more) => [.. all.Intersect(more)])],
            Owns = attributes.Select(part => part.Owns).Aggregate((all, more) => all | more),
            LearnsAnyAnswers = attributes.All(part => part.LearnsAnyAnswers),
            WeighsClasses = attributes.All(part => part.WeighsClasses),
            LearnsFromBatches = attributes.All(part => part.LearnsFromBatches),
            Reason = string.Join(", and ", attributes.Where(part => part.Reason.Length > 0).Select(part => $"{part.Id}: {part.Reason}")),
        };
        if (combined.Scenarios.Length == 0) throw EngramException.Input("invalid-combination", $"'{id}' is no combination: there is no scenario that all of them can do ({combined.Reason}); leave one out.");
        return new(combined, typeof(CompositeMethod), SettingsShape.Of([.. parts.Where(part => !part.Settings.IsEmpty).Select(part => (part.Attribute.Id, part.Settings))]));
    }
}
