using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Engram;

/// <summary>Implemented by a settings record whose values must also fit one another.</summary>
public interface ISettingsRules
{
    /// <summary>One sentence per problem: which setting, its value, what was expected, what to do.</summary>
    /// <param name="path">Where the record stands, such as <c>training</c>.</param>
    IEnumerable<string> Problems(string path);
}

/// <summary>
/// Which settings there are: a tree whose children have names, each a setting or a shape of its own. A record gives a shape, and so do several
/// shapes side by side. Describing, finding, reading and checking walk it; defaults, ranges and texts stand once, at the properties of the records.
/// </summary>
public sealed class SettingsShape
{
    private static readonly ConcurrentDictionary<Type, SettingsShape> Records = new();
    private readonly Func<object> create;
    private readonly Lazy<SettingsNode[]> children; // of the many entries of a catalog, few are asked

    private SettingsShape(Func<object> create, Func<IEnumerable<SettingsNode>> children) => (this.create, this.children) = (create, new(() => [.. children()]));

    /// <summary>Whether there is nothing to set.</summary>
    public bool IsEmpty => children.Value.Length == 0;

    /// <summary>The shape of a record.</summary>
    /// <param name="record">A type with a parameterless constructor; a record within it is a shape among its children.</param>
    public static SettingsShape Of(Type record) => Records.GetOrAdd(record, static type => new(() => Activator.CreateInstance(type)!, () => PropertiesOf(type).Select(ChildOf)));

    /// <summary>Several shapes side by side, each under a name.</summary>
    /// <returns>A shape whose settings are an <see cref="IReadOnlyDictionary{TKey, TValue}"/> from the names to the settings of the parts.</returns>
    public static SettingsShape Of(IReadOnlyList<(string Name, SettingsShape Shape)> parts) => new(
        () => new OrderedDictionary<string, object>(parts.Select(part => KeyValuePair.Create(part.Name, part.Shape.Create()))),
        () => parts.Select(part => new Branch(part.Name, settings => ((IReadOnlyDictionary<string, object>)settings)[part.Name], part.Shape)));

    /// <summary>Settings that all have their default.</summary>
    public object Create() => create();

    /// <summary>All settings with their defaults; those of an inner shape are named <c>shape.setting</c>.</summary>
    public IReadOnlyList<Setting> Describe() => [.. Describe(Create(), "")];

    /// <summary>The setting of a path, such as <c>lambda</c> or <c>memory.samples</c>; null where there is none.</summary>
    public Setting? Find(string path) => Describe().FirstOrDefault(setting => setting.Name == path);

    /// <summary>Makes settings from JSON and collects every problem on the way instead of stopping at the first.</summary>
    /// <param name="json">Names and values; what is missing keeps its default.</param>
    /// <param name="path">Where the settings stand, for messages; empty at the top.</param>
    /// <param name="problems">Problems are added here.</param>
    public object Bind(JsonObject json, string path, ICollection<string> problems)
    {
        object settings = Create();
        Fill(settings, json, path, problems);
        return settings;
    }

    /// <summary>Refuses a record that a program has made with a value out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is one; the message says which, and what was expected.</exception>
    internal static void RequireInRange(object record)
    {
        foreach (SettingsLeaf leaf in Of(record.GetType()).children.Value.OfType<SettingsLeaf>())
            if (leaf.ProblemIn(record) is { } problem) throw new ArgumentOutOfRangeException(leaf.Name, problem);
    }

    private IEnumerable<Setting> Describe(object defaults, string path) => children.Value.SelectMany(child => child.Describe(defaults, Join(path, child.Name)));

    private void Fill(object settings, JsonObject json, string path, ICollection<string> problems)
    {
        int before = problems.Count;
        foreach (var (name, value) in json)
        {
            if (children.Value.FirstOrDefault(child => child.Name == name) is { } child) child.Fill(settings, value, Join(path, name), problems);
            else problems.Add($"There is no setting '{Quote.Of(Join(path, name))}'{NearestNames.Suggest(name, children.Value.Select(child => child.Name))}");
        }
        if (problems.Count == before && settings is ISettingsRules rules)
            foreach (string problem in rules.Problems(path)) problems.Add(problem);
    }

    private static SettingsNode ChildOf(PropertyInfo property)
    {
        string name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Type type = property.PropertyType;
        bool isRecord = type.IsClass && !type.IsAssignableTo(typeof(IEntryOptions)) && type != typeof(string) && !type.IsArray && !type.IsAssignableTo(typeof(JsonNode));
        return isRecord ? new Branch(name, record => property.GetValue(record)!, Of(type)) : new SettingsLeaf(name, property);
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .OrderBy(property => property.DeclaringType == type ? 1 : 0);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // A shape under a name. What is read goes onto the settings that the shape above gives it, which may have defaults of their own.
    private sealed class Branch(string name, Func<object, object> settingsIn, SettingsShape shape) : SettingsNode(name)
    {
        public override IEnumerable<Setting> Describe(object parent, string path) => shape.Describe(settingsIn(parent), path);

        public override void Fill(object parent, JsonNode? value, string path, ICollection<string> problems)
        {
            if (value is JsonObject json) shape.Fill(settingsIn(parent), json, path, problems);
            else problems.Add(Unfit(path, value, "an object" + string.Concat(shape.children.Value.Take(1).Select(child => $" such as {{\"{child.Name}\": ...}}"))));
        }
    }
}
