using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram;

/// <summary>Reads JSON that may come from anywhere: no name twice in an object, no half characters, no more than 64 levels.</summary>
public static class StrictJson
{
    /// <summary>The value of a text; null for the JSON null.</summary>
    /// <exception cref="JsonException">It is not JSON, or not of this kind.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
            Visit(node);
            return node;
        }
        catch (InvalidOperationException cause)
        {
            throw new JsonException("a text holds half a character (a surrogate without the other half)", cause);
        }
    }

    /// <summary>A number that may be left out.</summary>
    /// <returns>False where something else is there.</returns>
    public static bool TryGet<T>(JsonNode? node, out T? value) where T : struct
    {
        value = node is JsonValue number && number.TryGetValue(out T found) ? found : null;
        return value is not null || node is null;
    }

    // Texts and names are only decoded when they are asked for.
    private static void Visit(JsonNode? node)
    {
        if (node is JsonObject members)
            foreach (var (_, value) in members) Visit(value);
        else if (node is JsonArray list)
            foreach (JsonNode? item in list) Visit(item);
        else if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String) _ = value.GetValue<string>();
    }
}
