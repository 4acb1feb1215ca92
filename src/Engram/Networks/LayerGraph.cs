using Engram.Graphs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>TorchSharp's layers as operations of a graph, as they are in use and not in training.</summary>
internal static class LayerGraph
{
    /// <summary>Writes down what a layer does.</summary>
    /// <param name="graph">Gets the operations.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="name">What it is called in its network.</param>
    /// <param name="value">What it takes.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="EngramException">It is of a kind, or set in a way, that is not known here.</exception>
    public static GraphValue Of(Graph graph, nn.Module<Tensor, Tensor> layer, string name, GraphValue value) => layer switch
    {
        Linear dense => graph.Dense(value, dense.weight, dense.bias),
        LastHidden recurrent => recurrent.Describe(graph, value),
        ReLU => graph.Apply("Relu", [value]),
        Tanh => graph.Apply("Tanh", [value]),
        Sigmoid => graph.Apply("Sigmoid", [value]),
        Dropout or Dropout2d => value,
        Flatten { start_dim: 1, end_dim: -1 } => graph.Apply("Flatten", [value]),
        Conv2d { padding_type: null, padding_mode: PaddingModes.Zeros } convolution => Convolved(graph, convolution, value),
        MaxPool2d { ceil_mode: false } pool => graph.Apply("MaxPool", [value], [.. Window(pool.kernel_size, pool.stride, pool.padding), ("dilations", Pair(pool.dilation))]),
        AvgPool2d { ceil_mode: false, divisor_override: null } pool => graph.Apply("AveragePool", [value], [.. Window(pool.kernel_size, pool.stride, pool.padding), ("count_include_pad", pool.count_include_pad ? 1L : 0L)]),
        BatchNorm { weight: { } scale, bias: { } shift, running_mean: { } mean, running_var: { } variance } norm =>
            graph.Apply("BatchNormalization", [value, graph.Constant(scale), graph.Constant(shift), graph.Constant(mean), graph.Constant(variance)], ("epsilon", (float)norm.eps)),
        _ => throw EngramException.Input("no-graph", $"Layer '{Quote.Of(name)}' of the network is a {layer.GetType().Name} that cannot be written as an operation of a graph. What can: dense layers, convolutions with zeros around them, rectified linear units, tanh, sigmoid, flattening of everything but the samples, dropout, batch normalisation, and pooling without rounding up. Ask the network through Engram, or build it of these."),
    };

    private static GraphValue Convolved(Graph graph, Conv2d layer, GraphValue value)
    {
        GraphValue[] given = layer.bias is null ? [value, graph.Constant(layer.weight)] : [value, graph.Constant(layer.weight), graph.Constant(layer.bias)];
        return graph.Apply("Conv", given, [.. Window(layer.kernel_size, layer.stride, layer.padding), ("dilations", Pair(layer.dilation)), ("group", layer.groups)]);
    }

    private static (string, object)[] Window(long[] kernel, long[]? stride, long[]? padding)
    {
        long[] border = Pair(padding ?? [0]);
        return [("kernel_shape", Pair(kernel)), ("strides", Pair(stride ?? kernel)), ("pads", new[] { border[0], border[1], border[0], border[1] })];
    }

    private static long[] Pair(long[]? sizes) => sizes switch { null => [1, 1], [var both] => [both, both], _ => sizes };
}
