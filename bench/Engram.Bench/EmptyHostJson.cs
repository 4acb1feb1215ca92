using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engram.Bench;

/// <summary>Readers and writers of the host that answers nothing of its own, made when this is built, as the server's are.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ServeBench.Asked))]
[JsonSerializable(typeof(ServeBench.Told))]
internal sealed partial class EmptyHostJson : JsonSerializerContext;
