using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Engram.TaskOrder;

/// <summary>A read-out of one target on frozen encoders, learned from few samples.</summary>
/// <param name="Target">Index of the target in the natural order.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sources">Indices of the sources; none for the random encoder.</param>
/// <param name="Accuracy">Share of held-out samples that it gets right.</param>
/// <param name="Losses">Cross-entropy on each held-out sample, in their order.</param>
public sealed record TransferResult(int Target, ulong Seed, int[] Sources, double Accuracy, float[] Losses)
{
    /// <summary>The form that a file keeps; losses as base64 of 32-bit numbers, lowest byte first.</summary>
    public JsonObject ToJson() => new()
    {
        ["target"] = Target, ["seed"] = Seed, ["sources"] = new JsonArray([.. Sources.Select(source => (JsonNode)source)]), ["accuracy"] = Accuracy,
        ["losses"] = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(Losses)),
    };

    /// <summary>Reads it back.</summary>
    public static TransferResult Read(JsonNode json) => new((int)json["target"]!, (ulong)json["seed"]!, [.. json["sources"]!.AsArray().Select(source => (int)source!)], (double)json["accuracy"]!,
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)json["losses"]!)).ToArray());
}
