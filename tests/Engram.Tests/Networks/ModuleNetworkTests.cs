using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class ModuleNetworkTests : IDisposable
{
    private static readonly Seed Seed = new(3);
    private readonly DisposeScope scope = NewDisposeScope();

    public ModuleNetworkTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Parameters_of_the_module_are_slices_of_the_flat_vector()
    {
        var layer = nn.Linear(3, 2);
        Tensor old = layer.weight.detach().clone(), x = ones(1, 3);
        using ModuleNetwork network = new(new LayerChain(layer), [3], 2, CPU);

        Batches.AssertClose(old.flatten(), network.Parameters.narrow(0, 0, 6), 0);
        network.Parameters.fill_(2);

        Assert.Equal([8, 8], network.Forward(x).data<float>().ToArray());
        Assert.Equal(["0.weight", "0.bias"], network.Layout.Slices.Select(slice => slice.Name));
    }

    [Theory]
    [InlineData(SamplePower.Square)]
    [InlineData(SamplePower.Absolute)]
    public void Sample_gradients_of_convolutions_equal_those_of_single_samples(SamplePower power)
    {
        using Network network = new Cnn(new() { Channels = [4, 6] }).Create([2, 12, 13], 5, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 11, 2, 12, 13), slope = Batches.Random(Seed.Derive("slope"), 3, 11, 5);

        Tensor fast = Batches.SampleGradients(network, inputs, slope, power);

        Batches.AssertClose(Batches.SampleGradientsOneByOne(network, inputs, slope, power), fast, 1e-4);
    }

    [Theory]
    [InlineData("dilated and strided convolution")]
    [InlineData("grouped convolution")]
    [InlineData("in-place layer")]
    [InlineData("layer used twice")]
    [InlineData("normalisation with parameters")]
    [InlineData("sequential without bias")]
    [InlineData("own module")]
    [InlineData("three-dimensional input")]
    public void Sample_gradients_are_exact_for_every_kind_of_layer(string kind)
    {
        var twice = nn.Linear(6, 6);
        nn.Module<Tensor, Tensor> module = kind switch
        {
            "dilated and strided convolution" => new LayerChain(nn.Unflatten(1, [1L, 2, 3]), nn.Conv2d(1, 4, (2, 2), stride: (1, 2), padding: (2, 1), dilation: (2, 1)), nn.Tanh(), nn.Flatten(), nn.Linear(4 * 4 * 2, 3)),
            "grouped convolution" => new LayerChain(nn.Unflatten(1, [2L, 1, 3]), nn.Conv2d(2, 4, 1, groups: 2), nn.Flatten(), nn.Linear(12, 3)),
            "in-place layer" => new LayerChain(nn.Linear(6, 5), nn.ReLU(inplace: true), nn.Linear(5, 3)),
            "layer used twice" => new LayerChain(twice, nn.ReLU(), twice, nn.Linear(6, 3)),
            "normalisation with parameters" => new LayerChain(nn.Linear(6, 5), nn.LayerNorm(5), nn.Linear(5, 3)),
            "sequential without bias" => nn.Sequential(("first", nn.Linear(6, 5, hasBias: false)), ("act", nn.ReLU()), ("second", nn.Linear(5, 3))),
            "three-dimensional input" => new LayerChain(nn.Unflatten(1, [2L, 3]), nn.Linear(3, 2), nn.Flatten(), nn.Linear(4, 3)),
            _ => new Residual(),
        };
        using ModuleNetwork network = new(module, [6], 3, CPU);
        network.Parameters.copy_(Batches.Random(Seed, network.Layout.Count));
        Tensor inputs = Batches.Random(Seed.Derive("inputs"), 7, 6), slope = Batches.Random(Seed.Derive("slope"), 2, 7, 3);

        foreach (SamplePower power in Enum.GetValues<SamplePower>())
            Batches.AssertClose(Batches.SampleGradientsOneByOne(network, inputs, slope, power), Batches.SampleGradients(network, inputs, slope, power), 1e-4);
    }

    [Fact]
    public void Dropout_acts_in_forward_only()
    {
        using ModuleNetwork network = new(new LayerChain(nn.Dropout(0.5), nn.Linear(40, 1)), [40], 1, CPU);
        network.Parameters.fill_(1);
        Tensor inputs = ones(3, 40), slope = ones(3, 1);

        Assert.Equal([41, 41, 41], network.Predict(inputs).data<float>().ToArray());
        Tensor squares = Batches.SampleGradients(network, inputs, slope, SamplePower.Square);

        Assert.Equal(Enumerable.Repeat(3f, 41), squares.data<float>().ToArray());
    }

    [Fact]
    public void Parameters_without_influence_and_frozen_ones_have_no_gradient()
    {
        var frozen = nn.Linear(6, 6);
        frozen.weight.requires_grad = false;
        using ModuleNetwork network = new(new LayerChain(frozen, nn.Linear(6, 3)), [6], 3, CPU);

        Tensor gradient = Batches.Gradient(network, Batches.Random(Seed, 2, 6), ones(2, 3));

        Assert.Equal(0, gradient.narrow(0, 0, 36).abs().max().item<float>());
        Assert.True(gradient.narrow(0, 36, 6).abs().min().item<float>() > 0);
    }

    [Fact]
    public void Running_averages_are_part_of_the_state()
    {
        static ModuleNetwork Make() => new(new LayerChain(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Linear(5, 3)), [6], 3, CPU);
        using ModuleNetwork trained = Make(), restored = Make();
        Tensor inputs = Batches.Random(Seed, 9, 6);
        for (int step = 0; step < 3; step++) trained.Forward(inputs);

        StateBag bag = new();
        trained.Visit(bag);
        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values));
        restored.Parameters.copy_(trained.Parameters);

        Batches.AssertClose(trained.Predict(inputs), restored.Predict(inputs), 0);
    }

    [Fact]
    public void Wrong_shapes_are_refused_with_both_shapes()
    {
        using ModuleNetwork network = new(new LayerChain(nn.Linear(6, 3)), [6], 3, CPU);
        Tensor gradient = zeros(network.Layout.Count), slope = zeros(2, 3);

        Assert.Throws<InvalidOperationException>(() => network.Backward(slope, gradient));
        Assert.Contains("[batch, 6]", Assert.Throws<ArgumentException>(() => network.Forward(zeros(2, 7))).Message);
        network.Forward(zeros(2, 6));
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => network.Backward(zeros(3, 3), gradient)).Message);
        Assert.Contains("[21]", Assert.Throws<ArgumentException>(() => network.Backward(slope, zeros(20))).Message);
        Assert.Throws<NotSupportedException>(() => new ModuleNetwork(new Residual(), [6], 3, CPU).Features(zeros(2, 6)));
    }

    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear inner = nn.Linear(6, 6), outer = nn.Linear(6, 3);

        public Residual() : base(nameof(Residual)) => RegisterComponents();

        public override Tensor forward(Tensor input) => outer.call(input + inner.call(input).tanh());
    }
}
