using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engram.Server;

/// <summary>How a server writes and reads JSON.</summary>
internal static class ServerJson
{
    /// <summary>Names in camel case, nothing that is null, no unknown names.</summary>
    public static JsonSerializerOptions Options { get; } = Made(new(JsonSerializerDefaults.Web));

    /// <summary>Makes options so.</summary>
    public static JsonSerializerOptions Made(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        return options;
    }
}
