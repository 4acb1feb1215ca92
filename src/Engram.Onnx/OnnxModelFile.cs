using Engram.Graphs;
using Engram.Onnx.Schema;
using Google.Protobuf;

namespace Engram.Onnx;

/// <summary>A graph as the messages of an ONNX file.</summary>
internal static class OnnxModelFile
{
    private const long IrVersion = 8, Opset = 17, MachineLearningOpset = 3;
    private const string MachineLearning = "ai.onnx.ml", Samples = "n";

    /// <summary>The file's content. Operations that no output needs are left out.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="words">What the file is, for people.</param>
    /// <param name="metadata">More about it, by name.</param>
    public static ModelProto Of(Graph graph, string words, IReadOnlyDictionary<string, string> metadata) => new()
    {
        IrVersion = IrVersion, ProducerName = "Engram", ProducerVersion = EngramVersion.Current, DocString = words, Graph = GraphOf(graph, words),
        OpsetImport = { new OperatorSetIdProto { Version = Opset }, new OperatorSetIdProto { Domain = MachineLearning, Version = MachineLearningOpset } },
        MetadataProps = { metadata.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new StringStringEntryProto { Key = one.Key, Value = one.Value }) },
    };

    private static GraphProto GraphOf(Graph graph, string words)
    {
        HashSet<GraphValue> needed = Needed(graph);
        Dictionary<GraphValue, string> names = Names(graph, needed);
        return new()
        {
            Name = "engram", DocString = words,
            Input = { graph.Inputs.Select(port => Port(port, names)) },
            Output = { graph.Outputs.Select(port => Port(port, names)) },
            Initializer = { graph.Constants.Where(constant => needed.Contains(constant.Value)).Select(constant => Tensor(constant, names)) },
            Node = { graph.Nodes.Where(node => needed.Contains(node.Output)).Select(node => Node(node, names)) },
        };
    }

    private static HashSet<GraphValue> Needed(Graph graph)
    {
        HashSet<GraphValue> needed = [.. graph.Outputs.Select(port => port.Value)];
        foreach (GraphNode node in graph.Nodes.Reverse())
            if (needed.Contains(node.Output)) needed.UnionWith(node.Inputs);
        return needed;
    }

    // Names that users know come first; where a column is called as an output, the output gives way.
    private static Dictionary<GraphValue, string> Names(Graph graph, HashSet<GraphValue> needed)
    {
        HashSet<string> taken = [];
        Dictionary<GraphValue, string> names = [];
        foreach (GraphPort port in graph.Inputs.Concat(graph.Outputs)) names[port.Value] = Free(port.Name.Length > 0 ? port.Name : "column");
        foreach (GraphNode node in graph.Nodes) Name(node.Output, node.Operation.Split('.')[^1].ToLowerInvariant());
        foreach (GraphConstant constant in graph.Constants) Name(constant.Value, "constant");
        return names;

        void Name(GraphValue value, string kind)
        {
            if (needed.Contains(value) && !names.ContainsKey(value)) names[value] = Free($"{kind}.{value.Number}");
        }

        string Free(string wanted)
        {
            while (!taken.Add(wanted)) wanted += "_";
            return wanted;
        }
    }

    private static ValueInfoProto Port(GraphPort port, Dictionary<GraphValue, string> names)
    {
        TensorShapeProto shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = Samples } } };
        shape.Dim.Add(port.Shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = names[port.Value], DocString = port.Meaning, Type = new() { TensorType = new() { ElemType = (int)port.Type, Shape = shape } } };
    }

    private static TensorProto Tensor(GraphConstant constant, Dictionary<GraphValue, string> names) => new()
    {
        Name = names[constant.Value], DataType = (int)constant.Type, Dims = { constant.Shape },
        RawData = UnsafeByteOperations.UnsafeWrap(constant.Bytes), // nobody changes them any more
        StringData = { constant.Texts.Select(ByteString.CopyFromUtf8) },
    };

    private static NodeProto Node(GraphNode node, Dictionary<GraphValue, string> names)
    {
        int end = node.Operation.LastIndexOf('.');
        return new()
        {
            Name = $"{names[node.Output]}", OpType = node.Operation[(end + 1)..], Domain = end < 0 ? "" : node.Operation[..end],
            Input = { node.Inputs.Select(input => names[input]) },
            Output = { Enumerable.Repeat("", node.Place).Append(names[node.Output]) },
            Attribute = { node.Attributes.Select(one => Attribute(one.Name, one.Setting)) },
        };
    }

    private static AttributeProto Attribute(string name, object setting) => setting switch
    {
        long number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = number },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers } },
        string[] texts => new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
        _ => throw new ArgumentException($"The setting '{name}' is a {setting.GetType().Name}, which no operation has.", nameof(setting)),
    };
}
