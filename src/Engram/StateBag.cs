using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram;

/// <summary>
/// Everything that must survive a stop, as named tensors and JSON values. The owner of state declares it once, in one walk; the same
/// walk writes a checkpoint and reads it back, so saving and loading cannot disagree; and it carries over what is kept for each parameter
/// when the network grows.
/// </summary>
/// <remarks>
/// A checkpoint may come from anywhere, and its checksum is no signature. What is restored has the declared type and shape, is finite and lies in
/// the declared range, or it is refused with an <see cref="EngramException"/>.
/// </remarks>
/// <example><code>
/// public void Visit(StateBag state)
/// {
///     state.PerParameter("importance", ref importance, Model.Network.Parameters, ParameterRole.Importances);
///     state.Value("tasks", ref tasks, most: 100);
/// }
/// </code></example>
public sealed class StateBag
{
    /// <summary>More than any run counts; whole numbers above it are refused where no smaller limit is declared.</summary>
    public const double MostCount = 1e12;

    /// <summary>A dimension of any size.</summary>
    public const long Any = -1;

    private static readonly JsonSerializerOptions Form = new() { RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly Dictionary<string, Tensor> tensors;
    private readonly JsonObject values;
    private readonly string prefix;
    private readonly Device? restoreTo;
    private readonly HashSet<string> read; // names of tensors behind "tensor " and of values
    private readonly IGrowth? growth;

    /// <summary>An empty bag to be filled by a walk.</summary>
    public StateBag() : this([], [], "", null, []) { }

    /// <summary>A filled bag to restore from; tensors are copied out of it to the device, the CPU where none is given.</summary>
    public StateBag(Dictionary<string, Tensor> tensors, JsonObject values, Device? device = null) : this(tensors, values, "", device ?? CPU, []) { }

    /// <summary>A bag that keeps nothing: a walk with it puts what is kept for each parameter in the form of a network that is about to grow.</summary>
    internal StateBag(IGrowth growth) : this([], [], "", null, [], growth) { }

    private StateBag(Dictionary<string, Tensor> tensors, JsonObject values, string prefix, Device? restoreTo, HashSet<string> read, IGrowth? growth = null) =>
        (this.tensors, this.values, this.prefix, this.restoreTo, this.read, this.growth) = (tensors, values, prefix, restoreTo, read, growth);

    /// <summary>True when the walk reads state back, false when it collects it.</summary>
    public bool IsRestoring => restoreTo is not null;

    /// <summary>The collected tensors by full name; the bag refers to the owners' tensors and copies nothing.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>The collected values by full name.</summary>
    public JsonObject Values => values;

    /// <summary>The same bag with every name put behind <c>name.</c></summary>
    public StateBag Part(string name) => new(tensors, values, $"{prefix}{name}.", restoreTo, read, growth);

    /// <summary>Declares a tensor that may be absent. Restoring disposes the old one and puts a copy of the saved one in its place.</summary>
    /// <param name="name">Its name, one of its own within the part.</param>
    /// <param name="tensor">The tensor; null where there is none.</param>
    /// <param name="shape">What it must measure; <see cref="Any"/> for a dimension of any size.</param>
    /// <param name="type">What its numbers must be; floating-point numbers must also be finite.</param>
    /// <param name="least">Least whole number allowed.</param>
    /// <param name="most">Largest whole number allowed.</param>
    /// <exception cref="InvalidOperationException">The name was declared twice.</exception>
    /// <exception cref="EngramException">The saved tensor is missing or is not what is declared.</exception>
    public void Tensor(string name, ref Tensor? tensor, ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, long least = 0, long most = (long)MostCount)
    {
        if (growth is not null) return;
        bool isThere = tensor is not null;
        Value(name, ref isThere); // a checkpoint that lost the tensor is not taken for one that never had it
        if (restoreTo is null)
        {
            if (tensor is not null && !tensors.TryAdd(prefix + name, tensor)) throw Twice(name);
            return;
        }
        Tensor? saved = isThere ? Saved(name, shape, type, least, most) : null;
        tensor?.Dispose();
        tensor = saved?.to(restoreTo, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Declares what is kept for each parameter and may be absent, such as importances: when the network grows it follows.</summary>
    /// <param name="name">Its name, one of its own within the part.</param>
    /// <param name="vector">[P]; null where there is none. Growing replaces it, as restoring does.</param>
    /// <param name="parameters">The parameters that it belongs to, those of the model's network, or of another that does not grow with it, [P].</param>
    /// <param name="role">What its numbers are.</param>
    /// <exception cref="EngramException">As <see cref="Tensor"/>.</exception>
    public void PerParameter(string name, ref Tensor? vector, Tensor parameters, ParameterRole role)
    {
        if (growth is null) Tensor(name, ref vector, [parameters.numel()], role == ParameterRole.Flags ? ScalarType.Bool : ScalarType.Float32);
        else if (vector is not null && ReferenceEquals(parameters, growth.Parameters))
        {
            Tensor old = vector;
            vector = growth.Follow(old, role).DetachFromDisposeScope();
            old.Dispose();
        }
    }

    /// <summary>Declares a tensor that is always there and keeps its identity: restoring copies the saved numbers into it.</summary>
    /// <exception cref="EngramException">The saved tensor is missing, has another shape or type, or is not finite.</exception>
    public void Contents(string name, Tensor tensor)
    {
        if (growth is not null) return;
        if (!IsRestoring)
        {
            if (!tensors.TryAdd(prefix + name, tensor)) throw Twice(name);
            return;
        }
        Tensor saved = Saved(name, tensor.shape, tensor.dtype, 0, (long)MostCount);
        using (no_grad()) tensor.copy_(saved);
    }

    /// <summary>Declares a number, text, array or record that JSON can hold.</summary>
    /// <param name="name">Its name, one of its own within the part.</param>
    /// <param name="value">The value.</param>
    /// <param name="least">The least that any number in it may be.</param>
    /// <param name="most">The most that any number in it may be; whole numbers of 32 bits may besides be a thousand million at most.</param>
    /// <param name="mayHoldNull">Whether it may hold null within it.</param>
    /// <exception cref="InvalidOperationException">The name was declared twice.</exception>
    /// <exception cref="EngramException">The saved value is missing or is not what is declared.</exception>
    public void Value<T>(string name, ref T value, double least = 0, double most = MostCount, bool mayHoldNull = false)
    {
        if (growth is not null) return;
        if (!IsRestoring)
        {
            if (!values.TryAdd(prefix + name, JsonSerializer.SerializeToNode(value, Form))) throw Twice(name);
            return;
        }
        if (!values.TryGetPropertyValue(prefix + name, out JsonNode? saved)) throw Missing(name);
        read.Add(prefix + name);
        if (typeof(T) == typeof(int)) most = Math.Min(most, 1e9); // one more must not wrap round
        if (OutOfRange(saved, least, most, mayHoldNull) is { } wrong) throw Mismatch(name, $"holds {wrong}, but {(mayHoldNull ? "null or " : "")}{least} to {most} is expected");
        try
        {
            T restored = saved.Deserialize<T>(Form) ?? throw new JsonException("it is null");
            // Members that are missing or written in another way show when the value is written again.
            if (!JsonNode.DeepEquals(saved, JsonSerializer.SerializeToNode(restored, Form))) throw new JsonException("it has other members");
            value = restored;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
        {
            throw Mismatch(name, $"is not a {typeof(T).Name}", cause);
        }
    }

    /// <summary>Refuses what was restored where it does not fit together; does nothing while collecting.</summary>
    /// <param name="holds">What must be true.</param>
    /// <param name="name">The state that is wrong otherwise.</param>
    /// <param name="expected">What is expected of it, such as <c>each slot once</c>.</param>
    /// <exception cref="EngramException">It is not true.</exception>
    public void Require(bool holds, string name, string expected)
    {
        if (IsRestoring && !holds) throw Mismatch(name, $"does not fit the rest of the checkpoint: {expected} is expected");
    }

    /// <summary>Refuses to make something larger than the whole checkpoint, whose numbers could not be in it.</summary>
    /// <param name="numbers">How many numbers it has.</param>
    /// <param name="name">The state that says so.</param>
    /// <exception cref="EngramException">It is larger.</exception>
    public void RequireRoomFor(double numbers, string name) =>
        Require(!IsRestoring || numbers <= tensors.Values.Sum(tensor => (double)tensor.numel()), name, $"no more than the checkpoint's own numbers, not {numbers}");

    /// <summary>Refuses a bag in which something is left that no owner of state declared; called after the whole walk.</summary>
    /// <exception cref="EngramException">Something is left.</exception>
    public void RequireAllRead()
    {
        if (!IsRestoring) return;
        string? left = tensors.Keys.FirstOrDefault(name => !read.Contains($"tensor {name}")) ?? values.Select(member => member.Key).FirstOrDefault(name => !read.Contains(name));
        if (left is not null) throw EngramException.Input("checkpoint-mismatch", $"The checkpoint has '{Quote.Of(left)}', which this run has no use for; it was written by another version or configuration. Start the run anew.");
    }

    private Tensor Saved(string name, ReadOnlySpan<long> shape, ScalarType type, long least, long most)
    {
        if (!tensors.TryGetValue(prefix + name, out Tensor? saved)) throw Missing(name);
        read.Add($"tensor {prefix}{name}");
        bool fits = saved.shape.Length == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++) fits = shape[i] == Any || shape[i] == saved.shape[i];
        if (!fits) throw EngramException.Input("checkpoint-mismatch", $"The checkpoint's '{prefix}{name}' has shape [{string.Join(", ", saved.shape)}], but [{string.Join(", ", shape.ToArray().Select(size => size == Any ? "any" : $"{size}"))}] is expected; it belongs to another configuration.");
        if (saved.dtype != type) throw Mismatch(name, $"is made of {saved.dtype} numbers, but {type} is expected");
        if (saved.numel() == 0) return saved;
        using var scope = NewDisposeScope();
        if (saved.is_floating_point())
        {
            if (!saved.isfinite().all().item<bool>())
                throw EngramException.Input("checkpoint-mismatch", $"The checkpoint's '{prefix}{name}' is not finite: training diverged before it was written, or the file is damaged. Start the run anew, with a lower training.learningRate if it diverged.");
        }
        else if (type != ScalarType.Bool)
        {
            long low = saved.min().to(int64).item<long>(), high = saved.max().to(int64).item<long>();
            if (low < least || high > most) throw Mismatch(name, $"holds {(low < least ? low : high)}, but {least} to {most} is expected");
        }
        return saved;
    }

    // The first number that is not allowed, as text; null where all are.
    private static string? OutOfRange(JsonNode? node, double least, double most, bool mayHoldNull) => node switch
    {
        null => mayHoldNull ? null : "null",
        JsonArray list => list.Select(item => OutOfRange(item, least, most, mayHoldNull)).FirstOrDefault(wrong => wrong is not null),
        JsonObject members => members.Select(member => OutOfRange(member.Value, least, most, mayHoldNull)).FirstOrDefault(wrong => wrong is not null),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) is var number && !(number >= least && number <= most) => Quote.Of(value.ToJsonString()),
        _ => null,
    };

    private InvalidOperationException Twice(string name) => new($"State '{prefix}{name}' was declared twice.");

    private EngramException Missing(string name) =>
        EngramException.Input("checkpoint-mismatch", $"The checkpoint has no '{prefix}{name}'; it was written by another version or configuration. Start the run anew.");

    private EngramException Mismatch(string name, string what, Exception? cause = null) =>
        EngramException.Input("checkpoint-mismatch", $"The checkpoint's '{prefix}{name}' {what}; the file is damaged or was written by another version. Start the run anew.", cause);
}
