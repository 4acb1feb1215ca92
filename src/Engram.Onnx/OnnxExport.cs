using System.Text.Json;
using Engram.Graphs;
using Engram.Onnx.Schema;
using Engram.Training;
using Google.Protobuf;

namespace Engram.Onnx;

/// <summary>
/// Writes what a learner knows as an ONNX file that answers as <see cref="Predictor"/> does, without Engram: how a record becomes an input, network or
/// closed form, which classes compete, probabilities and names. Opset 17 and <c>ai.onnx.ml</c> 3, IR version 8.
/// </summary>
public static class OnnxExport
{
    /// <summary>Writes the file; a stop at any moment leaves the old one or the new one.</summary>
    /// <param name="predictor">What a learner knew at one moment.</param>
    /// <param name="path">The file, usually <c>*.onnx</c>; replaced where it is there.</param>
    /// <param name="options">What the graph begins with; null for the learner's own inputs.</param>
    /// <exception cref="EngramException">Method, network or form cannot be written as a graph, the form is not that of the learner, there is no such task, the numbers
    /// take more than 2 GiB, or the file cannot be written.</exception>
    public static void Write(Predictor predictor, string path, OnnxOptions? options = null)
    {
        ModelProto model = ModelOf(predictor, options ?? new());
        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }

    /// <summary>The graph of a learner's answers.</summary>
    internal static Graph GraphOf(Predictor predictor, OnnxOptions options)
    {
        Graph graph = new();
        GraphValue inputs = InputsOf(predictor.Header.InputShape, options, graph);
        predictor.Describe(graph, inputs, options.Task);
        if (options.MostDistance is { } most) AddKnown(graph, DistanceOf(predictor, graph, inputs), "LessOrEqual", most);
        else if (options.LeastProbability is { } least) AddKnown(graph, HighestProbability(predictor, graph), "GreaterOrEqual", least);
        return graph;
    }

    private static GraphValue DistanceOf(Predictor predictor, Graph graph, GraphValue inputs)
    {
        GraphValue distance = predictor.DescribeDistance(graph, inputs)
            ?? throw EngramException.Input("invalid-setting", $"A greatest distance is given, but {IdOf(predictor, "method")} measures none; give a least probability in its place.");
        graph.Output("distance", distance, GraphType.Single, [], "Distance to the nearest class learned, at least 0.");
        return distance;
    }

    private static GraphValue HighestProbability(Predictor predictor, Graph graph)
    {
        if (!predictor.Answers.AreClasses) throw EngramException.Input("invalid-setting", $"A least probability is given, but the answers are {predictor.Answers.Words}, which have no most probable class; leave it out.");
        return graph.Apply("ReduceMax", [graph.Outputs[0].Value], ("axes", new long[] { 1 }), ("keepdims", 0L));
    }

    // Compared as Engram does, in 64 bits.
    private static void AddKnown(Graph graph, GraphValue measured, string comparison, double bar) =>
        graph.Output("known", graph.Apply(comparison, [graph.Cast(measured, GraphType.Double), graph.Number(bar, GraphType.Double)]), GraphType.Truth, [], "Whether the input is like those that were learned; where not, it may be none of the classes.");

    private static ModelProto ModelOf(Predictor predictor, OnnxOptions options) => OnnxModelFile.Of(GraphOf(predictor, options), Words(predictor, options), Metadata(predictor, options));

    private static GraphValue InputsOf(IReadOnlyList<long> shape, OnnxOptions options, Graph graph)
    {
        if (options.Form is not null && options.Features is not null)
            throw EngramException.Input("invalid-setting", $"Both a form of input and a frozen network, {Quote.Of(options.Features)}, are given, but the graph begins behind the network; give one of the two.");
        if (options.Features is { } network) return graph.Input("features", GraphType.Single, shape, $"What the frozen network {network} makes of a sample.");
        if (options.Form is not { } form) return graph.Input("input", GraphType.Single, shape, "What the learner was given.");
        if (!form.Shape.SequenceEqual(shape))
            throw EngramException.Input("wrong-input", $"The form makes inputs of the shape [{string.Join(", ", form.Shape)}], but the learner takes [{string.Join(", ", shape)}]; give the form that its data were read with.");
        return form.Describe(graph);
    }

    private static string Words(Predictor predictor, OnnxOptions options) =>
        $"What a learner of Engram {EngramVersion.Current} knows after {predictor.Tasks.Count} lessons; its answers are {predictor.Answers.Words}."
        + (options.Features is { } network ? $" Samples pass through {network} before." : "");

    private static Dictionary<string, string> Metadata(Predictor predictor, OnnxOptions options)
    {
        LearnerHeader header = predictor.Header;
        Dictionary<string, string> metadata = new(options.Metadata)
        {
            ["engram"] = EngramVersion.Current,
            ["method"] = IdOf(predictor, "method"),
            ["network"] = IdOf(predictor, "network"),
            ["scenario"] = $"{header.Config["scenario"]}",
            ["classes"] = JsonSerializer.Serialize(predictor.Answers.Names),
            ["lessons"] = JsonSerializer.Serialize(predictor.Tasks),
        };
        if (options.Task is { } task) metadata["task"] = task;
        if (options.Form is { } form) metadata["form"] = form.ToJson().ToJsonString();
        if (options.Features is { } features) metadata["features"] = features;
        return metadata;
    }

    private static string IdOf(Predictor predictor, string part) => $"{predictor.Header.Config[part]?["id"]}";
}
