using System.Text.Json;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class NetworkDefinitionTests
{
    private static readonly Seed Seed = new(5);

    public NetworkDefinitionTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Kinds => ["mlp", "cnn"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_layout_is_known_without_making_the_network(string kind)
    {
        NetworkDefinition definition = Make(kind);
        using Network network = definition.Create([1, 28, 28], 10, Seed, CPU);

        ParameterLayout layout = definition.Layout([1, 28, 28], 10);

        Assert.Equal(network.Layout.Slices.Select(Text), layout.Slices.Select(Text));
        Assert.Equal(kind == "mlp" ? 478_410 : 416 + 4_640 + 46_090, layout.Count);
        static string Text(ParameterSlice slice) => $"{slice.Name} {string.Join("x", slice.Shape)} {slice.Offset}";
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_seed_gives_the_same_network_and_another_seed_another(string kind)
    {
        using Network first = Make(kind).Create([1, 28, 28], 10, Seed, CPU), same = Make(kind).Create([1, 28, 28], 10, Seed, CPU), other = Make(kind).Create([1, 28, 28], 10, new(6), CPU);

        Batches.AssertClose(first.Parameters, same.Parameters, 0);
        Assert.True((first.Parameters - other.Parameters).abs().max().item<float>() > 1e-3);
    }

    [Theory]
    [InlineData(Initialization.Pytorch, 0.05, 0.05)]
    [InlineData(Initialization.HeUniform, 0.122474, 0)]
    [InlineData(Initialization.XavierUniform, 0.1, 0)]
    public void First_numbers_fill_the_range_that_the_initialization_names(Initialization initialization, double weight, double bias)
    {
        using Network network = new Mlp(new() { Hidden = [200], Init = initialization }).Create([400], 10, Seed, CPU);
        Tensor weights = network.Parameters.narrow(0, 0, 80_000), biases = network.Parameters.narrow(0, 80_000, 200);

        Assert.InRange(weights.abs().max().item<float>(), 0.999 * weight, weight);
        Assert.InRange(weights.mean().item<float>(), -0.01 * weight, 0.01 * weight);
        Assert.InRange(weights.std().item<float>(), 0.99 * weight / Math.Sqrt(3), 1.01 * weight / Math.Sqrt(3));
        Assert.InRange(biases.abs().max().item<float>(), 0.9 * bias, bias);
    }

    [Fact]
    public void A_truncated_normal_has_no_number_beyond_two_deviations()
    {
        using Network network = new Mlp(new() { Hidden = [200], Init = Initialization.TruncatedNormal }).Create([400], 10, Seed, CPU);
        Tensor weights = network.Parameters.narrow(0, 0, 80_000), biases = network.Parameters.narrow(0, 80_000, 200);

        Assert.InRange(weights.abs().max().item<float>(), 0.199, 0.2f);
        Assert.InRange(weights.mean().item<float>(), -0.001, 0.001);
        Assert.InRange(weights.std().item<float>(), 0.0871, 0.0888); // 0.1 x 0.8796
        Assert.True(biases.eq(0.1f).all().item<bool>());
    }

    [Fact]
    public void A_zero_output_layer_gives_every_class_the_same_logit()
    {
        using Network network = new Cnn(new() { ZeroOutput = true }).Create([1, 28, 28], 10, Seed, CPU);

        Assert.Equal(0, network.Predict(ones(2, 1, 28, 28)).abs().max().item<float>());
        Assert.True(network.Features(ones(2, 1, 28, 28)).abs().max().item<float>() > 0);
        Assert.Equal([2, 4608], network.Features(ones(2, 1, 28, 28)).shape);
    }

    [Fact]
    public void Scaling_changes_the_hidden_widths_only()
    {
        NetworkDefinition half = new Mlp(new() { Hidden = [400, 3], Init = Initialization.HeUniform }).Scaled(0.5), tiny = new Cnn(new()).Scaled(0.01);

        Assert.Equal(["200x784", "200", "2x200", "2", "10x2", "10"], half.Layout([784], 10).Slices.Select(slice => string.Join("x", slice.Shape)));
        Assert.Equal(Initialization.HeUniform, ((Mlp)half).Settings.Init);
        Assert.Equal([1, 1], ((Cnn)tiny).Settings.Channels);
    }

    [Fact]
    public void Impossible_settings_and_inputs_are_refused()
    {
        Assert.Equal("out-of-range", Assert.Throws<EngramException>(() => new Mlp(new() { Hidden = [400, 0] })).Code);
        Assert.Equal("out-of-range", Assert.Throws<EngramException>(() => new Cnn(new() { Channels = [] })).Code);
        Assert.Contains("[784]", Assert.Throws<EngramException>(() => new Cnn(new()).Layout([784], 10)).Message);
        Assert.Contains("lstm for sequences", Assert.Throws<EngramException>(() => new Cnn(new()).Layout([28, 28], 10)).Message);
        Assert.Contains("[1, 8, 28]", Assert.Throws<EngramException>(() => new Cnn(new()).Create([1, 8, 28], 10, Seed, CPU)).Message);
    }

    [Fact]
    public void Settings_survive_json()
    {
        string json = JsonSerializer.Serialize(new Mlp.Options { Hidden = [50, 50], Init = Initialization.XavierUniform }, Settings.Json);

        Mlp.Options? read = JsonSerializer.Deserialize<Mlp.Options>(json, Settings.Json);

        Assert.Contains("\"xavier-uniform\"", json);
        Assert.Equal([50, 50], read!.Hidden);
        Assert.Equal(Initialization.XavierUniform, read.Init);
    }

    private static NetworkDefinition Make(string kind) => kind == "mlp" ? new Mlp(new()) : new Cnn(new());
}
