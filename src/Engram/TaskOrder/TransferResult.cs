using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.TaskOrder;

/// <summary>A read-out of one target on frozen encoders, learned from few samples.</summary>
/// <param name="Target">Index of the target in the natural order.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sources">Indices of the sources; none for the random encoder.</param>
/// <param name="Accuracy">Share of held-out samples that it gets right.</param>
/// <param name="Losses">Cross-entropy on each held-out sample, in their order.</param>
public sealed record TransferResult(int Target, ulong Seed, int[] Sources, double Accuracy, float[] Losses)
{
    /// <summary>Writes what was measured for a target; losses as base64 of 32-bit numbers, lowest byte first.</summary>
    internal static void WriteFile(string path, IEnumerable<TransferResult> results) => JsonFile.Write(path, new JsonObject
    {
        ["schema"] = RunConfig.Schema,
        ["transfers"] = new JsonArray([.. results.Select(one => (JsonNode)new JsonObject
        {
            ["target"] = one.Target, ["seed"] = one.Seed, ["sources"] = new JsonArray([.. one.Sources.Select(source => (JsonNode)source)]), ["accuracy"] = one.Accuracy,
            ["losses"] = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(one.Losses)),
        })]),
    });

    /// <summary>Reads it back.</summary>
    /// <exception cref="EngramException">The file is damaged.</exception>
    internal static TransferResult[] ReadFile(string path)
    {
        JsonObject json = JsonFile.Read(path);
        try
        {
            return [.. json["transfers"]!.AsArray().Select(one => new TransferResult((int)one!["target"]!, (ulong)one["seed"]!, [.. one["sources"]!.AsArray().Select(source => (int)source!)],
                (double)one["accuracy"]!, MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)one["losses"]!)).ToArray()))];
        }
        catch (Exception wrong) when (wrong is NullReferenceException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            throw EngramException.Input("corrupt-file", $"'{path}' does not hold the transfers of a target; delete it, and it is measured again.", wrong);
        }
    }
}
