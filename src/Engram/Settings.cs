using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
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

/// <summary>Settings of one entry of a catalog, for a record in which those of any entry may stand: <see cref="Settings"/> writes them with the id, and shows the id alone.</summary>
public interface IEntryOptions
{
    /// <summary>Id in the catalog.</summary>
    string Id { get; }
}

/// <summary>One setting as help and documentation show it.</summary>
/// <param name="Name">Name within its record, as in JSON.</param>
/// <param name="Type">.NET type.</param>
/// <param name="Default">Default, taken from the record itself.</param>
/// <param name="Range">Allowed values in words; empty where all are.</param>
/// <param name="Description">One line.</param>
public sealed record Setting(string Name, Type Type, string Default, string Range, string Description);

/// <summary>Reads, writes, checks and describes settings records. Defaults, ranges and texts stand once, at the properties.</summary>
public static class Settings
{
    /// <summary>How all of Engram's JSON is written: camel case, names instead of numbers for enumerations, unknown members refused.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The settings of a record type with their defaults; those of a record within it are named <c>record.setting</c>.</summary>
    public static IReadOnlyList<Setting> Describe(Type type) => [.. Describe(Activator.CreateInstance(type)!, "")];

    /// <summary>The record as JSON, defaults written out.</summary>
    public static JsonObject ToJson(object record) => JsonSerializer.SerializeToNode(record, record.GetType(), Json)!.AsObject();

    /// <summary>Makes a record from JSON and collects every problem on the way instead of stopping at the first.</summary>
    /// <param name="type">A record with a parameterless constructor.</param>
    /// <param name="json">Names and values; what is missing keeps its default.</param>
    /// <param name="path">Where the record stands, for messages; empty at the top.</param>
    /// <param name="problems">Problems are added here.</param>
    public static object Bind(Type type, JsonObject json, string path, ICollection<string> problems)
    {
        object record = Activator.CreateInstance(type)!;
        Fill(record, json, path, problems);
        return record;
    }

    /// <summary>Refuses a record that a program has made with a value out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is one; the message says which, and what was expected.</exception>
    public static void RequireInRange(object record)
    {
        foreach (PropertyInfo property in Properties(record.GetType()))
            if (Problem(property, property.GetValue(record), property.Name) is { } problem) throw new ArgumentOutOfRangeException(property.Name, property.GetValue(record), problem);
    }

    /// <summary>Turns a value typed on the command line into JSON: <c>400,400</c> becomes a list where the setting is one.</summary>
    /// <param name="type">Type of the setting.</param>
    /// <param name="text">What was typed.</param>
    /// <returns>The value; text that does not fit stays text, so that <see cref="Bind"/> reports it with the other problems.</returns>
    public static JsonNode? Parse(Type type, string text)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (text is "null" or "default") return null;
        if (plain.IsArray) return new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => Parse(plain.GetElementType()!, part))]);
        if (plain == typeof(bool) && bool.TryParse(text, out bool yes)) return yes;
        if (plain == typeof(int) || plain == typeof(long) || plain == typeof(ulong))
            return long.TryParse(text, out long whole) ? whole : ulong.TryParse(text, out ulong large) ? large : text;
        if (plain == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)) return number;
        return text;
    }

    /// <summary>The type of a setting, or null where the record has none of that name.</summary>
    /// <param name="record">The record's type.</param>
    /// <param name="name">Such as <c>lambda</c>, or <c>memory.samples</c> in a record within the record.</param>
    public static Type? TypeOf(Type record, string name)
    {
        int dot = name.IndexOf('.');
        string first = dot < 0 ? name : name[..dot];
        Type? type = Properties(record).FirstOrDefault(property => NameOf(property) == first)?.PropertyType;
        if (type is null || IsRecord(type) != dot >= 0) return null;
        return dot < 0 ? type : TypeOf(type, name[(dot + 1)..]);
    }

    /// <summary>Writes one value into JSON that <see cref="Bind"/> reads, making the objects on the way to it.</summary>
    /// <param name="json">Changed.</param>
    /// <param name="name">As in <see cref="TypeOf"/>.</param>
    /// <param name="value">The value.</param>
    public static void Assign(JsonObject json, string name, JsonNode? value)
    {
        string[] parts = name.Split('.');
        foreach (string part in parts[..^1])
        {
            if (json[part] is not JsonObject) json[part] = new JsonObject();
            json = json[part]!.AsObject();
        }
        json[parts[^1]] = value;
    }

    /// <summary>The values of a setting's type in words, such as <c>a whole number</c>.</summary>
    public static string Noun(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain.IsArray => $"a list of values, each {Noun(plain.GetElementType()!)}",
            _ when plain.IsEnum => "one of " + string.Join(", ", Enum.GetValues(plain).Cast<object>().Select(Show)),
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(ulong) => "a whole number >= 0",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain.IsAssignableTo(typeof(IEntryOptions)) => "an id",
            _ when plain == typeof(JsonObject) => "an object",
            _ when IsRecord(plain) => "an object such as {\"" + NameOf(Properties(plain).First()) + "\": ...}",
            _ => "text",
        };
    }

    private static void Fill(object record, JsonObject json, string path, ICollection<string> problems)
    {
        int before = problems.Count;
        Dictionary<string, PropertyInfo> properties = Properties(record.GetType()).ToDictionary(NameOf);
        foreach (var (name, node) in json)
        {
            if (!properties.TryGetValue(name, out PropertyInfo? property))
            {
                problems.Add($"There is no setting '{Quote.Of(Join(path, name))}'{NearestNames.Suggest(name, properties.Keys)}");
                continue;
            }
            if (IsRecord(property.PropertyType) && node is JsonObject part)
            {
                Fill(property.GetValue(record)!, part, Join(path, name), problems); // onto the defaults that the outer record gives the inner one
                continue;
            }
            try
            {
                // The engine of JSON would combine the numbers behind "sgd,adam" to a third name.
                if (Element(property).IsEnum && Texts(node).Any(text => text.Contains(','))) throw new JsonException();
                object? value = node.Deserialize(property.PropertyType, Json);
                if (Problem(property, value, Join(path, name)) is not { } problem) property.SetValue(record, value);
                else problems.Add(problem); // and the default stays, so that who reads on finds no null where none may be
            }
            catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
            {
                problems.Add($"{Join(path, name)} is {Show(node)} but must be {Expected(property)}.");
            }
        }
        if (problems.Count == before && record is ISettingsRules rules)
            foreach (string problem in rules.Problems(path)) problems.Add(problem);
    }

    // A record of settings within a record of settings.
    private static bool IsRecord(Type type) => type.IsClass && !type.IsAssignableTo(typeof(IEntryOptions)) && type != typeof(string) && !type.IsArray && !type.IsAssignableTo(typeof(JsonNode));

    private static IEnumerable<Setting> Describe(object defaults, string path)
    {
        foreach (PropertyInfo property in Properties(defaults.GetType()))
        {
            string name = Join(path, NameOf(property));
            if (IsRecord(property.PropertyType))
                foreach (Setting inner in Describe(property.GetValue(defaults)!, name)) yield return inner;
            else
                yield return new(name, property.PropertyType, Show(property.GetValue(defaults)), RangeOf(property), property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "");
        }
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .OrderBy(property => property.DeclaringType == type ? 1 : 0);

    private static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // What is wrong with a value; null where nothing is.
    private static string? Problem(PropertyInfo property, object? value, string name)
    {
        if (value is null) return new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable ? null : $"{name} is null but must be {Expected(property)}.";
        IEnumerable values = value is IEnumerable list and not string ? list : new[] { value };
        foreach (object? item in values)
        {
            if (item is null && new NullabilityInfoContext().Create(property).ElementType is { WriteState: NullabilityState.NotNull }) return $"{name} holds null but must be {Expected(property)}.";
            bool finite = item is not double number || double.IsFinite(number);
            if (!finite || (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(item))) return $"{name} is {Quote.Of(Show(value))} but must be {Expected(property)}.";
        }
        return null;
    }

    private static string Expected(PropertyInfo property)
    {
        string range = RangeOf(property);
        return Noun(property.PropertyType) + (range.Length == 0 ? "" : $" {range}");
    }

    private static Type Element(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsArray ? type.GetElementType()! : type;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    private static string Show(JsonNode? node)
    {
        try
        {
            return Quote.Of(node?.ToJsonString() ?? "null");
        }
        catch (InvalidOperationException)
        {
            return "text with half a character in it";
        }
    }

    private static string RangeOf(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return "";
        double low = Convert.ToDouble(range.Minimum), high = Convert.ToDouble(range.Maximum);
        bool open = high >= int.MaxValue;
        string above = range.MinimumIsExclusive ? $"> {low}" : $">= {low}";
        string below = range.MaximumIsExclusive ? $"< {high}" : $"<= {high}";
        return open ? above : $"{above} and {below}";
    }

    private static string Show(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool yes => yes ? "true" : "false",
        IEntryOptions entry => entry.Id,
        Enum name => JsonSerializer.SerializeToNode(name, name.GetType(), Json)!.GetValue<string>(),
        IEnumerable list => string.Join(",", list.Cast<object?>().Select(Show)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
