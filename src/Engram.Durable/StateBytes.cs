using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Durable;

/// <summary>The tensors of a state as the store has them: each a safetensors file of its own, so that what two versions share is stored once.</summary>
internal static class StateBytes
{
    private const string Name = "data", ValuesName = "values.json";
    private static readonly Dictionary<string, string> NoTexts = [];

    /// <summary>Bytes of every tensor by name.</summary>
    public static Dictionary<string, byte[]> Of(StateBag state) => state.Tensors.ToDictionary(one => one.Key, one => Of(one.Value));

    /// <summary>The same with its values among them, as the UTF-8 of their JSON.</summary>
    public static Dictionary<string, byte[]> OfWhole(StateBag state)
    {
        Dictionary<string, byte[]> bytes = Of(state);
        using var scope = NewDisposeScope();
        bytes[ValuesName] = Of(tensor(Encoding.UTF8.GetBytes(state.Values.ToJsonString()), dtype: ScalarType.Byte));
        return bytes;
    }

    /// <summary>Restores from what <see cref="OfWhole"/> gave.</summary>
    /// <param name="bytes">By name.</param>
    /// <param name="address">For messages.</param>
    /// <param name="restore">Takes what it needs.</param>
    /// <exception cref="EngramException">They are damaged.</exception>
    public static void Restore(IReadOnlyDictionary<string, byte[]> bytes, string address, Action<StateBag> restore)
    {
        Dictionary<string, Tensor> tensors = Read(bytes, address);
        try
        {
            if (!tensors.Remove(ValuesName, out Tensor? values)) throw EngramException.Input("damaged-engram", $"'{address}' is damaged: the state of a lesson has no values. Restore it from a copy.");
            JsonObject json;
            using (values) json = Values(Encoding.UTF8.GetString(values.bytes));
            StateBag bag = new(tensors, json);
            restore(bag);
            bag.RequireAllRead();
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>Tensors of the bytes; the caller's to dispose.</summary>
    /// <param name="bytes">By name.</param>
    /// <param name="address">For messages.</param>
    /// <param name="wanted">Which names are wanted; null for all.</param>
    /// <exception cref="EngramException">They are damaged.</exception>
    public static Dictionary<string, Tensor> Read(IReadOnlyDictionary<string, byte[]> bytes, string address, Func<string, bool>? wanted = null)
    {
        Dictionary<string, Tensor> tensors = [];
        try
        {
            foreach (var (name, content) in bytes)
            {
                if (wanted?.Invoke(name) == false) continue;
                var read = SafeTensors.Read(content, address).Tensors;
                tensors[name] = read.Count == 1 && read.TryGetValue(Name, out Tensor? tensor) ? tensor : throw EngramException.Input("damaged-engram", $"'{address}' is damaged: its state '{Quote.Of(name)}' is no tensor. Restore it from a copy.");
            }
            return tensors;
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>Values that are wanted.</summary>
    public static JsonObject Values(string json, Func<string, bool>? wanted = null) =>
        new(StrictJson.Parse(json)!.AsObject().Where(one => wanted?.Invoke(one.Key) != false).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));

    private static byte[] Of(Tensor tensor)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, new Dictionary<string, Tensor> { [Name] = tensor }, NoTexts);
        return stream.ToArray();
    }
}
