using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Experiments;

/// <summary>Files of JSON that hold one object.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new(Settings.Json) { WriteIndented = true };

    /// <summary>Reads a JSON file that must hold an object.</summary>
    /// <exception cref="EngramException">It cannot be read or is not an object.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{path}' cannot be read: {cause.Message}", cause);
        }
    }

    /// <summary>The object in a JSON file's text.</summary>
    /// <exception cref="EngramException">It is not valid JSON or not an object.</exception>
    public static JsonObject Parse(string text, string path)
    {
        try
        {
            return StrictJson.Parse(text) as JsonObject ?? throw EngramException.Input("corrupt-file", $"'{path}' is not a JSON object. Mend it or start the run anew.");
        }
        catch (JsonException cause)
        {
            string place = cause.LineNumber is { } line ? $" at line {line + 1}, byte {cause.BytePositionInLine + 1}" : $" ({Quote.Of(cause.Message.TrimEnd('.'), 200)})";
            throw EngramException.Input("corrupt-file", $"'{path}' is not valid JSON{place}. Mend it or start the run anew.", cause);
        }
    }

    /// <summary>Writes a JSON file, indented.</summary>
    public static void Write(string path, JsonNode json) => AtomicFile.Write(path, json.ToJsonString(Indented) + "\n");
}
