using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Graphs;

/// <summary>
/// A computation written down as operations on values, for a program that answers without Engram. Networks, methods and forms of input each write their own
/// part of it. Operations, their order of inputs and their attributes are those of ONNX, opset 17, and of <c>ai.onnx.ml</c>, version 3.
/// </summary>
/// <remarks>
/// The first dimension of every value that depends on inputs is the number of samples, n, which is free. What is written a second time, an operation on the same
/// values or the same numbers, is not added again.
/// </remarks>
public sealed class Graph
{
    private readonly List<GraphPort> inputs = [], outputs = [];
    private readonly List<GraphConstant> constants = [];
    private readonly List<GraphNode> nodes = [];
    private readonly Dictionary<string, GraphValue> known = []; // what is written twice is one
    private readonly long mostBytes;
    private long bytes;
    private int values;

    /// <summary>An empty graph.</summary>
    public Graph() : this((1L << 31) - (1L << 24)) { } // a file of ONNX is one message of less than 2 GiB; the rest is room for everything else

    internal Graph(long mostBytes) => this.mostBytes = mostBytes;

    /// <summary>What goes in, in the order of declaring.</summary>
    public IReadOnlyList<GraphPort> Inputs => inputs;

    /// <summary>What comes out.</summary>
    public IReadOnlyList<GraphPort> Outputs => outputs;

    /// <summary>Values that never change.</summary>
    public IReadOnlyList<GraphConstant> Constants => constants;

    /// <summary>The operations, each behind those whose results it takes.</summary>
    public IReadOnlyList<GraphNode> Nodes => nodes;

    /// <summary>Declares what goes in.</summary>
    /// <param name="name">What its user calls it.</param>
    /// <param name="type">What it is made of.</param>
    /// <param name="shape">Shape of one sample's.</param>
    /// <param name="meaning">A sentence for its user.</param>
    public GraphValue Input(string name, GraphType type, IReadOnlyList<long> shape, string meaning)
    {
        GraphValue value = Next();
        inputs.Add(new(name, value, type, shape, meaning));
        return value;
    }

    /// <summary>Declares what comes out; arguments as for <see cref="Input"/>.</summary>
    public void Output(string name, GraphValue value, GraphType type, IReadOnlyList<long> shape, string meaning) => outputs.Add(new(name, value, type, shape, meaning));

    /// <summary>An operation with one output, or whose first one is wanted.</summary>
    /// <param name="operation">As <see cref="GraphNode.Operation"/> says.</param>
    /// <param name="given">What it takes.</param>
    /// <param name="attributes">As <see cref="GraphNode.Attributes"/> says.</param>
    public GraphValue Apply(string operation, IReadOnlyList<GraphValue> given, params IReadOnlyList<(string Name, object Setting)> attributes) => Apply(0, operation, given, attributes);

    /// <summary>An operation of whose outputs another one than the first is wanted.</summary>
    /// <param name="place">Which, from 0.</param>
    /// <param name="operation">As <see cref="GraphNode.Operation"/> says.</param>
    /// <param name="given">What it takes.</param>
    /// <param name="attributes">As <see cref="GraphNode.Attributes"/> says.</param>
    public GraphValue Apply(int place, string operation, IReadOnlyList<GraphValue> given, params IReadOnlyList<(string Name, object Setting)> attributes)
    {
        string identity = $"{operation} {place} {string.Join(' ', given.Select(value => value.Number))} {JsonSerializer.Serialize(attributes.Select(one => new[] { one.Name, one.Setting }))}";
        if (known.TryGetValue(identity, out GraphValue output)) return output;
        known[identity] = output = Next();
        nodes.Add(new(operation, given, output, place, attributes));
        return output;
    }

    /// <summary>Numbers of another type.</summary>
    public GraphValue Cast(GraphValue value, GraphType type) => Apply("Cast", [value], ("to", (long)type));

    /// <summary>A dense layer, x W' + b.</summary>
    /// <param name="value">x, [n, inputs].</param>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="bias">b, [outputs]; null for 0.</param>
    /// <returns>[n, outputs].</returns>
    public GraphValue Dense(GraphValue value, Tensor weight, Tensor? bias) =>
        Apply("Gemm", bias is null ? [value, Constant(weight)] : [value, Constant(weight), Constant(bias)], ("transB", 1L));

    /// <summary>Rows scaled to length 1, as PyTorch's normalize does.</summary>
    /// <param name="rows">[n, numbers].</param>
    public GraphValue UnitLength(GraphValue rows)
    {
        const double Shortest = 1e-12; // what a row's length is taken for at least
        GraphValue lengths = Apply("ReduceL2", [rows], ("axes", new long[] { 1 }), ("keepdims", 1L));
        return Apply("Div", [rows, Apply("Max", [lengths, Number(Shortest)])]);
    }

    /// <summary>Each sample in another shape.</summary>
    public GraphValue Reshape(GraphValue value, IReadOnlyList<long> shape) => Apply("Reshape", [value, Whole([0, .. shape])]); // 0 keeps the number of samples

    /// <summary>Numbers that never change; copied.</summary>
    /// <param name="tensor">Of 32 or 64 bits, on any device.</param>
    /// <exception cref="EngramException">All numbers of the graph together take more room than a file of ONNX has.</exception>
    public GraphValue Constant(Tensor tensor)
    {
        GraphType type = tensor.dtype == ScalarType.Float64 ? GraphType.Double : tensor.dtype == ScalarType.Float32 ? GraphType.Single : throw new ArgumentException($"Numbers of 32 or 64 bits are expected, but they are {tensor.dtype}.", nameof(tensor));
        if (bytes + tensor.numel() * tensor.ElementSize is var needed && needed > mostBytes)
            throw EngramException.Input("too-large", $"The numbers of the graph take {needed >> 20} MiB or more, and a file of ONNX holds at most {mostBytes >> 20} MiB of them; learn with a smaller network or fewer projections, or write the numbers as safetensors.");
        using var scope = NewDisposeScope();
        return Add(type, tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray(), []);
    }

    /// <summary>One number, of 32 or 64 bits.</summary>
    public GraphValue Number(double number, GraphType type = GraphType.Single) => Add(type, [], type == GraphType.Double ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number), []);

    /// <summary>Whole numbers in a row.</summary>
    public GraphValue Whole(params long[] numbers) => Add(GraphType.Whole, [numbers.Length], MemoryMarshal.AsBytes<long>(numbers).ToArray(), []);

    /// <summary>Texts in a row.</summary>
    public GraphValue Texts(IReadOnlyList<string> texts) => Add(GraphType.Text, [texts.Count], [], texts);

    private GraphValue Next() => new(values++);

    private GraphValue Add(GraphType type, IReadOnlyList<long> shape, byte[] numbers, IReadOnlyList<string> texts)
    {
        string identity = $"{type} {string.Join(' ', shape)} {ContentHash.Of(numbers)} {JsonSerializer.Serialize(texts)}";
        if (known.TryGetValue(identity, out GraphValue value)) return value;
        known[identity] = value = Next();
        constants.Add(new(value, type, shape, numbers, texts));
        bytes += numbers.Length;
        return value;
    }
}
