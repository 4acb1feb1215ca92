using Engram.Methods.Generative;
using Engram.Methods.Growth;
using Engram.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class ParameterLayoutTests
{
    private static readonly Seed Seed = new(4);

    public ParameterLayoutTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<NetworkDefinition, long[], string> Kinds => new()
    {
        { new Mlp(new() { Hidden = [3, 2] }), [5], "4.weight 4.bias" },
        { new Mlp(new() { Hidden = [] }), [5], "0.weight 0.bias" },
        { new Cnn(new() { Channels = [2] }), [1, 12, 12], "3.weight 3.bias" },
        { new Lstm(new() { Units = 4 }), [3, 5], "1.weight 1.bias" },
        { new WordGru(new() { Embedding = 2, Units = 4 }), [3, 5], "2.weight 2.bias" },
        { new HeadFirst(3), [5], "head.weight head.bias" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_network_says_where_its_output_layer_is_as_its_definition_does(NetworkDefinition definition, long[] shape, string expected)
    {
        using Network network = definition.Create(shape, 7, Seed, CPU);

        foreach (ParameterLayout layout in (ParameterLayout[])[definition.Layout(shape, 7), network.Layout])
        {
            Assert.Equal(expected, $"{layout.Output.Weight.Name} {layout.Output.Bias.Name}");
            Assert.Equal(7, layout.Output.Weight.Shape[0]);
            Assert.Equal(2, layout.Slices.Count(layout.Output.Holds));
        }
    }

    [Fact]
    public void The_output_layer_of_a_classifier_with_decoder_stands_before_the_decoder()
    {
        using Network start = new Mlp(new() { Hidden = [4, 3] }).Create([5], 2, Seed, CPU);
        using AutoencoderClassifier network = new(start, [4, 3], [1], Seed);

        Assert.Equal("4.weight", network.Layout.Output.Weight.Name);
        Assert.NotEqual(network.Layout.Slices[^1], network.Layout.Output.Bias);
    }

    [Fact]
    public void The_output_layer_of_a_column_stands_before_its_connections()
    {
        ColumnPlan plan = new(Perceptron.LayoutOf([5], [4, 3], 2), 2, LateralKind.Linear, inputLaterals: false);

        Assert.Equal("4.weight", plan.Layout.Output.Weight.Name);
    }

    [Fact]
    public void Where_no_layer_has_the_outputs_as_units_whoever_asks_is_told_what_is_there()
    {
        ParameterLayout words = new MemoryNetwork(new() { Embedding = 2, Hops = 2 }).Layout([4, 3], 9), normalised = new([("0.weight", [3, 5]), ("1.weight", [3]), ("1.bias", [3])]), none = new([]);

        Assert.All((ParameterLayout[])[words, normalised, none], layout => Assert.False(layout.HasOutput));
        EngramException error = Assert.Throws<EngramException>(() => words.Output);
        Assert.Equal("no-output-layer", error.Code);
        Assert.Contains("'embedding.1' [12, 2] and 'embedding.2' [12, 2]", error.Message);
        Assert.Contains("0 pieces", Assert.Throws<EngramException>(() => none.Output).Message);
        Assert.Contains("'1.weight' [3]", Assert.Throws<ArgumentException>(() => new ParameterLayout(normalised.Slices.Select(slice => (slice.Name, slice.Shape)), output: 1)).Message);
    }

    [Fact]
    public void A_zero_output_layer_is_zero_wherever_it_stands_and_nothing_else_is()
    {
        using Network network = new HeadFirst(3, zeroOutput: true).Create([5], 2, Seed, CPU);

        Assert.Equal([true, true, false, false], network.Layout.Slices.Select(slice => slice.Of(network.Parameters).count_nonzero().item<long>() == 0));
    }
}
