using Engram.Graphs;
using Engram.Networks;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Onnx;

public sealed class LayerGraphTests
{
    public LayerGraphTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void Layers_do_in_use_what_they_do_in_a_network()
    {
        using ModuleNetwork network = new(nn.Sequential(
            ("a", nn.Conv2d(2, 4, 3, stride: 2, padding: 1, dilation: 1, groups: 2)), ("b", nn.BatchNorm2d(4)), ("c", nn.Tanh()),
            ("d", nn.MaxPool2d(2, stride: 1)), ("e", nn.Conv2d(4, 3, 2, bias: false, dilation: 2)), ("f", nn.AvgPool2d(2, padding: 1)), ("g", nn.Sigmoid()),
            ("h", nn.Dropout(.5)), ("i", nn.Flatten()), ("j", nn.Linear(27, 5)), ("k", nn.ReLU()), ("l", nn.Linear(5, 3, hasBias: false))), [2, 13, 13], 3, CPU);
        float[][] samples = TwoLessons.Samples(9, 1, [2, 13, 13]);
        using Tensor batch = tensor(samples.SelectMany(sample => sample).ToArray(), 9, 2, 13, 13);
        network.Forward(batch).Dispose(); // moves the means of batch normalisation

        AssertSame(network, samples, batch);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void A_recurrent_layer_of_TorchSharp_is_written_as_the_network_of_the_same_kind(string kind)
    {
        Recurrent definition = kind == "lstm" ? new Lstm(new() { Units = 6 }) : new Gru(new() { Units = 6 });
        using ModuleNetwork network = definition.CreateModule([4, 5], 3, CPU);
        float[][] samples = TwoLessons.Samples(9, 1, [4, 5]);
        using Tensor batch = tensor(samples.SelectMany(sample => sample).ToArray(), 9, 4, 5);

        AssertSame(network, samples, batch);
    }

    [Fact]
    public void A_layer_that_is_not_known_is_refused_by_name()
    {
        using ModuleNetwork network = new(nn.Sequential(("first", nn.Linear(4, 3)), ("odd", nn.SiLU()), ("last", nn.Linear(3, 2))), [4], 2, CPU);

        EngramException refused = Assert.Throws<EngramException>(() => Describe(network));

        Assert.Equal("no-graph", refused.Code);
        Assert.Contains("Layer 'odd' of the network is a SiLU that cannot be written", refused.Message);
    }

    [Fact]
    public void A_layer_that_is_set_in_a_way_that_is_not_known_is_refused()
    {
        using ModuleNetwork network = new(nn.Sequential(nn.Conv2d(1, 2, 3, padding: 1, padding_mode: PaddingModes.Reflect), nn.Flatten(), nn.Linear(18, 2)), [1, 3, 3], 2, CPU);

        EngramException refused = Assert.Throws<EngramException>(() => Describe(network));

        Assert.Contains("Layer '0' of the network is a Conv2d that cannot be written", refused.Message);
    }

    [Fact]
    public void A_module_that_does_not_say_its_layers_is_refused()
    {
        using ModuleNetwork network = new(new Twice(), [3], 3, CPU);

        EngramException refused = Assert.Throws<EngramException>(() => Describe(network));

        Assert.Contains("Twice does not say which layers it has", refused.Message);
    }

    [Fact]
    public void A_network_that_reads_words_is_refused()
    {
        using Network network = new WordGru(new()).Create([2, 3], 9, new(1), CPU);

        EngramException refused = Assert.Throws<EngramException>(() => Describe(network));

        Assert.Contains("A WordSequenceNetwork does not write itself", refused.Message);
    }

    private static Graph Describe(Network network)
    {
        Graph graph = new();
        NetworkValues values = network.Describe(graph, graph.Input("x", GraphType.Single, network.InputShape, ""));
        graph.Output("features", values.Features, GraphType.Single, [-1], "");
        graph.Output("y", values.Outputs, GraphType.Single, [network.OutputCount], "");
        return graph;
    }

    private static void AssertSame(Network network, float[][] samples, Tensor batch)
    {
        using Tensor outputs = network.Predict(batch).clone(), features = network.Features(batch).clone();
        using Exported exported = Exported.Of(Describe(network));
        using OrtValue rows = Exported.Rows(samples, [.. network.InputShape]);

        AssertNear(outputs, exported.Numbers("y", ("x", rows)));
        AssertNear(features, exported.Numbers("features", ("x", rows)));
    }

    private static void AssertNear(Tensor expected, float[][] found)
    {
        float[] numbers = expected.data<float>().ToArray();
        Assert.Equal(numbers.Length, found.Sum(row => row.Length));
        Assert.Equal(0, numbers.Zip(found.SelectMany(row => row)).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-5);
    }

    private sealed class Twice : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear layer = nn.Linear(3, 3);

        public Twice() : base(nameof(Twice)) => RegisterComponents();

        public override Tensor forward(Tensor input) => layer.call(layer.call(input));
    }
}
