using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Engram;

/// <summary>Values of settings as JSON, as text that people type, and in words; which settings there are says a <see cref="SettingsShape"/>.</summary>
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

    /// <summary>A record as JSON, or the settings of several parts, defaults written out.</summary>
    public static JsonObject ToJson(object record) => JsonSerializer.SerializeToNode(record, record.GetType(), Json)!.AsObject();

    /// <summary>Turns a value typed on the command line into JSON: <c>400,400</c> becomes a list where the setting is one.</summary>
    /// <param name="type">Type of the setting.</param>
    /// <param name="text">What was typed.</param>
    /// <returns>The value; text that does not fit stays text, so that <see cref="SettingsShape.Bind"/> reports it with the other problems.</returns>
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

    /// <summary>Writes one value into JSON that <see cref="SettingsShape.Bind"/> reads, making the objects on the way to it.</summary>
    /// <param name="json">Changed.</param>
    /// <param name="path">Such as <c>lambda</c>, or <c>memory.samples</c> in a record within the record.</param>
    /// <param name="value">The value.</param>
    public static void Assign(JsonObject json, string path, JsonNode? value)
    {
        string[] parts = path.Split('.');
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
            _ => "text",
        };
    }

    /// <summary>A value as it is typed.</summary>
    internal static string Show(object? value) => value switch
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
