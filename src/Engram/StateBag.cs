using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram;

/// <summary>
/// Everything that must survive a stop, as named tensors and JSON values. The owner of state declares it once, in one walk; the same
/// walk writes a checkpoint and reads it back, so saving and loading cannot disagree.
/// </summary>
/// <example><code>
/// public void Visit(StateBag state)
/// {
///     state.Tensor("importance", ref importance);
///     state.Value("tasks", ref tasks);
/// }
/// </code></example>
public sealed class StateBag
{
    private readonly Dictionary<string, Tensor> tensors;
    private readonly JsonObject values;
    private readonly string prefix;
    private readonly Device? restoreTo;

    /// <summary>An empty bag to be filled by a walk.</summary>
    public StateBag() : this([], [], "", null) { }

    /// <summary>A filled bag to restore from; tensors are copied out of it to the device, the CPU where none is given.</summary>
    public StateBag(Dictionary<string, Tensor> tensors, JsonObject values, Device? device = null) : this(tensors, values, "", device ?? CPU) { }

    private StateBag(Dictionary<string, Tensor> tensors, JsonObject values, string prefix, Device? restoreTo) =>
        (this.tensors, this.values, this.prefix, this.restoreTo) = (tensors, values, prefix, restoreTo);

    /// <summary>True when the walk reads state back, false when it collects it.</summary>
    public bool IsRestoring => restoreTo is not null;

    /// <summary>The collected tensors by full name; the bag refers to the owners' tensors and copies nothing.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The collected values by full name.</summary>
    public JsonObject Values => values;

    /// <summary>The same bag with every name put behind <c>name.</c></summary>
    public StateBag Part(string name) => new(tensors, values, $"{prefix}{name}.", restoreTo);

    /// <summary>Declares a tensor that may be absent. Restoring disposes the old one and puts a copy of the saved one in its place.</summary>
    /// <exception cref="InvalidOperationException">The name was declared twice.</exception>
    public void Tensor(string name, ref Tensor? tensor)
    {
        if (restoreTo is null)
        {
            if (tensor is not null && !tensors.TryAdd(prefix + name, tensor)) throw Twice(name);
            return;
        }
        tensor?.Dispose();
        tensor = tensors.TryGetValue(prefix + name, out Tensor? saved) ? saved.to(restoreTo, copy: true).DetachFromDisposeScope() : null;
    }

    /// <summary>Declares a tensor that is always there and keeps its identity: restoring copies the saved numbers into it.</summary>
    /// <exception cref="EngramException">The saved tensor is missing or has another shape.</exception>
    public void Contents(string name, Tensor tensor)
    {
        if (!IsRestoring)
        {
            if (!tensors.TryAdd(prefix + name, tensor)) throw Twice(name);
            return;
        }
        if (!tensors.TryGetValue(prefix + name, out Tensor? saved)) throw Missing(name);
        if (!saved.shape.SequenceEqual(tensor.shape))
            throw EngramException.Input("checkpoint-mismatch", $"The checkpoint's '{prefix}{name}' has shape [{string.Join(", ", saved.shape)}], but [{string.Join(", ", tensor.shape)}] is expected; it belongs to another configuration.");
        using (no_grad()) tensor.copy_(saved);
    }

    /// <summary>Declares a number, text, array or record that JSON can hold.</summary>
    /// <exception cref="EngramException">The saved value is missing, or the name was declared twice.</exception>
    public void Value<T>(string name, ref T value)
    {
        if (!IsRestoring)
        {
            if (!values.TryAdd(prefix + name, JsonSerializer.SerializeToNode(value))) throw Twice(name);
            return;
        }
        if (!values.TryGetPropertyValue(prefix + name, out JsonNode? saved)) throw Missing(name);
        try
        {
            value = saved.Deserialize<T>() ?? throw new JsonException("it is null");
        }
        catch (JsonException cause)
        {
            throw EngramException.Input("checkpoint-mismatch", $"The checkpoint's '{prefix}{name}' is not a {typeof(T).Name}; the file is damaged or was written by another version. Start the run anew.", cause);
        }
    }

    private InvalidOperationException Twice(string name) => new($"State '{prefix}{name}' was declared twice.");

    private EngramException Missing(string name) =>
        EngramException.Input("checkpoint-mismatch", $"The checkpoint has no '{prefix}{name}'; it was written by another version or configuration. Start the run anew.");
}
