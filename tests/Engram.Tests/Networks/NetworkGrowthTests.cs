using CsCheck;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class NetworkGrowthTests : IDisposable
{
    private static readonly Seed Seed = new(3);
    private readonly DisposeScope scope = NewDisposeScope();

    public NetworkGrowthTests() => NativeEngine.PrepareThread(1);

    // A network, and what to do with it: dense ones of 0 to 3 more layers, convolutional ones with their flattened images.
    private static readonly Gen<(NetworkDefinition Definition, long[] Shape, int Layer, int More, ulong Seed)> Networks =
        Gen.Select(Gen.Bool, Gen.Int[1, 6].Array[1, 3], Gen.Int[0, 2], Gen.Int[1, 8], Gen.ULong, (dense, widths, layer, more, seed) =>
            ((NetworkDefinition)(dense ? new Mlp(new() { Hidden = widths }) : new Cnn(new() { Channels = widths })), dense ? new long[] { 5 } : [2, 12, 13], layer % widths.Length, more, seed));

    // Recurrent networks, whose weights from unit to unit are copied along both axes.
    private static readonly Gen<(NetworkDefinition Definition, long[] Shape, int Layer, int More, ulong Seed)> Recurrent =
        Gen.Select(Gen.Bool, Gen.Int[1, 9], Gen.Int[1, 8], Gen.ULong, (lstm, units, more, seed) =>
            ((NetworkDefinition)(lstm ? new Lstm(new() { Units = units }) : new Gru(new() { Units = units })), new long[] { 4, 3 }, 0, more, seed));

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Outputs_are_added_behind_those_that_there_are_which_stay_as_they_are() => Gen.OneOf(Networks, Recurrent).Sample(given =>
    {
        using var inner = NewDisposeScope();
        using Network network = given.Definition.Create(given.Shape, 3, new(given.Seed), CPU), fresh = given.Definition.Create(given.Shape, 3 + given.More, new(given.Seed + 1), CPU);
        Tensor inputs = Batches.Random(new(given.Seed), [4, .. given.Shape]), before = network.Predict(inputs).clone();

        using NetworkGrowth growth = NetworkGrowth.AddOutputs(given.Definition, network, 3 + given.More, new(given.Seed + 1));
        using Network grown = growth.Network;

        Assert.True(growth.AddsOutputs);
        Batches.AssertClose(before, grown.Predict(inputs).narrow(1, 0, 3), 1e-6); // rows of a product, which the engine may add up in another order
        ParameterSlice weight = grown.Layout.Slices[^2], bias = grown.Layout.Slices[^1];
        foreach (ParameterSlice slice in new[] { weight, bias }) Assert.Equal(Numbers(slice.Of(fresh.Parameters).narrow(0, 3, given.More).contiguous()), Numbers(slice.Of(grown.Parameters).narrow(0, 3, given.More).contiguous()));
        Tensor importances = growth.Map.Importances(ones_like(network.Parameters));
        Assert.Equal(network.Layout.Count, importances.sum().item<float>()); // new outputs have none
        Assert.Equal(0, bias.Of(importances).narrow(0, 3, given.More).sum().item<float>());
    }, iter: 60, threads: 1);

    [Fact]
    public void Outputs_cannot_be_taken_away_nor_be_more_of_something_else()
    {
        Mlp definition = new(new() { Hidden = [2] });
        using Network network = definition.Create([3], 2, Seed, CPU);

        Assert.Contains("A network with 2 outputs cannot get 2", Assert.Throws<EngramException>(() => NetworkGrowth.AddOutputs(definition, network, 2, Seed)).Message);
        Assert.Throws<ArgumentException>("definition", () => NetworkGrowth.AddOutputs(new Mlp(new() { Hidden = [5] }), network, 4, Seed));
    }

    [Fact]
    public void Widening_a_recurrent_layer_keeps_the_function() => Recurrent.Sample(given => AssertSameFunction(given.Definition, given.Shape, given.Seed,
        (definition, network) => NetworkGrowth.Widen(definition, network, 0, definition.Widths[0] + given.More, new(given.Seed), noise: 0)), iter: 60, threads: 1);

    [Fact]
    public void Gradients_of_a_grown_recurrent_network_are_those_that_the_chain_rule_gives() => Recurrent.Sample(AssertGradients, iter: 60, threads: 1);

    [Fact]
    public void Noise_reaches_all_gates_of_the_copies_and_nothing_else()
    {
        Lstm definition = new(new() { Units = 2 });
        using Network network = definition.Create([3, 2], 2, Seed, CPU);

        using NetworkGrowth exact = NetworkGrowth.Widen(definition, network, 0, 3, Seed, noise: 0), noisy = NetworkGrowth.Widen(definition, network, 0, 3, Seed, noise: 0.5);

        float[] moved = Numbers(noisy.Network.Parameters - exact.Network.Parameters);
        foreach (var (slice, index) in noisy.Network.Layout.Slices.Select((slice, index) => (slice, index)))
        {
            long width = slice.Length / slice.Shape[0];
            for (long i = 0; i < slice.Length; i++) Assert.Equal(index < 2 && i / width % 3 == 2, moved[slice.Offset + i] != 0);
        }
        exact.Network.Dispose();
        noisy.Network.Dispose();
    }

    [Fact]
    public void A_recurrent_network_cannot_be_made_deeper()
    {
        Gru definition = new(new() { Units = 2 });
        using Network network = definition.Create([3, 2], 2, Seed, CPU);

        Assert.Contains("gru cannot have hidden layers of 2-2", Assert.Throws<EngramException>(() => NetworkGrowth.Deepen(definition, network, 0)).Message);
    }

    [Fact]
    public void Three_times_the_rectified_double_widened_to_two_units_is_2_2_and_1_and_a_half_twice()
    {
        Mlp definition = new(new() { Hidden = [1] });
        using Network network = Made(definition, [1], 1, 2, 0, 3, 0);

        using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, layer: 0, units: 2, Seed, noise: 0);

        Assert.Equal([2, 2, 0, 0, 1.5f, 1.5f, 0], Numbers(growth.Network.Parameters));
        Tensor inputs = tensor(new float[] { -1, 0, 0.5f, 2 }).view(4, 1);
        Assert.Equal([0, 0, 3, 12], Numbers(growth.Network.Predict(inputs)));
        growth.Network.Dispose();
    }

    [Fact]
    public void Widening_keeps_the_function() => Networks.Sample(given => AssertSameFunction(given.Definition, given.Shape, given.Seed,
        (definition, network) => NetworkGrowth.Widen(definition, network, given.Layer, definition.Widths[given.Layer] + given.More, new(given.Seed), noise: 0)), iter: 60, threads: 1);

    [Fact]
    public void Widening_all_layers_at_once_keeps_the_function() => Networks.Sample(given => AssertSameFunction(given.Definition, given.Shape, given.Seed,
        (definition, network) => NetworkGrowth.Widen(definition, network, [.. definition.Widths.Select(width => width + given.More)], new(given.Seed), noise: 0)), iter: 60, threads: 1);

    [Fact]
    public void Deepening_keeps_the_function() => Networks.Sample(given => AssertSameFunction(given.Definition, given.Shape, given.Seed,
        (definition, network) => NetworkGrowth.Deepen(definition, network, given.Layer)), iter: 60, threads: 1);

    [Fact]
    public void Gradients_of_the_grown_network_are_those_that_the_chain_rule_gives() => Networks.Sample(AssertGradients, iter: 60, threads: 1);

    private static void AssertGradients((NetworkDefinition Definition, long[] Shape, int Layer, int More, ulong Seed) given)
    {
        using DisposeScope one = NewDisposeScope();
        using Network network = given.Definition.Create(given.Shape, 3, new(given.Seed), CPU);
        using NetworkGrowth growth = NetworkGrowth.Widen(given.Definition, network, [.. given.Definition.Widths.Select(width => width + given.More)], new(given.Seed), noise: 0);
        Tensor inputs = Batches.Random(new(given.Seed), [4, .. given.Shape]), outputGradient = Batches.Random(new(given.Seed + 1), 4, 3);

        Tensor expected = Batches.Gradient(growth.Network, inputs, outputGradient), old = Batches.Gradient(network, inputs, outputGradient);

        Batches.AssertClose(expected, growth.Map.Gradients(old), 1e-5);
        Batches.AssertClose(expected.square(), growth.Map.SquaredGradients(old.square()), 1e-5);
        growth.Network.Dispose();
    }

    [Fact]
    public void A_penalty_is_what_it_was_where_the_copies_move_as_the_one_did() => Networks.Sample(given =>
    {
        using DisposeScope one = NewDisposeScope();
        using Network network = given.Definition.Create(given.Shape, 3, new(given.Seed), CPU);
        using NetworkGrowth growth = NetworkGrowth.Widen(given.Definition, network, [.. given.Definition.Widths.Select(width => width + given.More)], new(given.Seed), noise: 0);
        Tensor importance = Batches.Random(new(given.Seed + 1), network.Layout.Count).square(), moved = network.Parameters + Batches.Random(new(given.Seed + 2), network.Layout.Count);
        double before = (importance * (moved - network.Parameters).square()).sum().item<float>();

        Tensor difference = growth.Map.Weights(moved) - growth.Map.Weights(network.Parameters);
        double after = (growth.Map.Importances(importance) * difference.square()).sum().item<float>();
        double parts = growth.Map.Contributions(importance).sum().item<float>();

        Assert.Equal(before, after, 1e-4 * before);
        Assert.Equal(importance.sum().item<float>(), parts, 1e-4 * parts);
        growth.Network.Dispose();
    }, iter: 40, threads: 1);

    [Fact]
    public void Each_role_follows_in_its_own_way()
    {
        Mlp definition = new(new() { Hidden = [1] });
        using Network network = Made(definition, [1], 1, 2, 5, 3, 7); // weight, bias, outgoing weight, its bias
        using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, 0, 2, Seed);
        Tensor old = tensor(new float[] { 8, 8, 8, 8 });

        Assert.Equal([8, 8, 8, 8, 4, 4, 8], Numbers(growth.Map.Weights(old)));
        Assert.Equal([4, 4, 4, 4, 8, 8, 8], Numbers(growth.Map.Gradients(old)));
        Assert.Equal([2, 2, 2, 2, 8, 8, 8], Numbers(growth.Map.SquaredGradients(old)));
        Assert.Equal([4, 4, 4, 4, 4, 4, 8], Numbers(growth.Map.Contributions(old)));
        Assert.Equal([4, 4, 4, 4, 16, 16, 8], Numbers(growth.Map.Importances(old)));
        Assert.Equal([true, true, false, false, true, true, false], growth.Map.Flags(tensor(new[] { true, false, true, false })).data<bool>().ToArray());
        growth.Network.Dispose();
    }

    [Fact]
    public void An_identity_layer_has_its_own_weights_and_neither_importance_nor_gradient_nor_mark()
    {
        Mlp definition = new(new() { Hidden = [2] });
        using Network network = Made(definition, [1], 1, 1, 2, 3, 4, 5, 6, 7);
        using NetworkGrowth growth = NetworkGrowth.Deepen(definition, network, 0);
        Tensor ones = torch.ones(7);

        Assert.Equal([1, 2, 3, 4, 1, 0, 0, 1, 0, 0, 5, 6, 7], Numbers(growth.Network.Parameters));
        foreach (Func<Tensor, Tensor> role in (Func<Tensor, Tensor>[])[growth.Map.Gradients, growth.Map.SquaredGradients, growth.Map.Contributions, growth.Map.Importances])
            Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1], Numbers(role(ones)));
        Assert.Equal(7, growth.Map.Flags(ones.to(@bool)).sum().item<long>());
        Assert.Equal([2, 2], growth.To.Widths);
        growth.Network.Dispose();
    }

    [Fact]
    public void Noise_falls_on_the_weights_into_copies_only_and_has_the_deviation_asked_for()
    {
        Mlp definition = new(new() { Hidden = [100] });
        using Network network = definition.Create([200], 10, Seed, CPU);
        using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, 0, 200, Seed, noise: 0.5);

        Tensor noise = growth.Network.Parameters - growth.Map.Weights(network.Parameters), copies = noise.narrow(0, 100 * 200, 100 * 200);
        double expected = 0.5 * network.Parameters.narrow(0, 0, 100 * 200).std(unbiased: false).item<float>();

        Assert.Equal(expected, copies.std(unbiased: false).item<float>(), 0.02 * expected);
        Assert.Equal(copies.square().sum().item<float>(), noise.square().sum().item<float>(), 1e-3);
        Assert.Equal(0, noise.narrow(0, 0, 100 * 200).abs().max().item<float>());
        growth.Network.Dispose();
    }

    [Fact]
    public void The_same_seed_grows_the_same_network_and_the_old_one_stays_as_it_is()
    {
        Mlp definition = new(new() { Hidden = [4, 4] });
        using Network network = definition.Create([5], 3, Seed, CPU);
        float[] before = Numbers(network.Parameters);

        float[] Grow(ulong seed)
        {
            using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, [9, 7], new(seed));
            float[] numbers = Numbers(growth.Network.Parameters);
            growth.Network.Dispose();
            return numbers;
        }

        Assert.Equal(Grow(1), Grow(1));
        Assert.NotEqual(Grow(1), Grow(2));
        Assert.Equal(before, Numbers(network.Parameters));
    }

    [Theory]
    [InlineData(0, 4, "hidden layers of 4-3 cannot be widened to 4-3")]
    [InlineData(1, 2, "hidden layers of 4-3 cannot be widened to 4-2")]
    [InlineData(2, 9, "There is no hidden layer 3 to grow; the network has 4-3.")]
    [InlineData(-1, 9, "There is no hidden layer 0 to grow")]
    [InlineData(0, 65537, "network.hidden is 65537,3")]
    public void What_cannot_be_grown_is_refused(int layer, int units, string message)
    {
        Mlp definition = new(new() { Hidden = [4, 3] });
        using Network network = definition.Create([5], 2, Seed, CPU);

        Assert.Contains(message, Assert.Throws<EngramException>(() => NetworkGrowth.Widen(definition, network, layer, units, Seed)).Message);
    }

    [Fact]
    public void A_network_without_layers_of_another_definition_or_of_an_unknown_kind_is_refused()
    {
        Mlp linear = new(new() { Hidden = [] }), other = new(new() { Hidden = [3] });
        using Network network = linear.Create([5], 2, Seed, CPU);

        Assert.Contains("no hidden layers", Assert.Throws<EngramException>(() => NetworkGrowth.Deepen(linear, network, 0)).Message);
        Assert.Throws<EngramException>(() => NetworkGrowth.Widen(linear, network, [3], Seed));
        Assert.Contains("give the definition", Assert.Throws<ArgumentException>(() => NetworkGrowth.Widen(other, network, 0, 9, Seed)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkGrowth.Widen(linear, network, [], Seed, noise: -1));
        Assert.Contains("Unknown cannot have hidden layers of 3", Assert.Throws<EngramException>(() => new Unknown().WithWidths([3])).Message);
    }

    [Fact]
    public void Outputs_are_added_where_the_output_layer_is_not_the_last()
    {
        HeadFirst definition = new(3);
        using Network network = definition.Create([5], 2, Seed, CPU);
        Tensor inputs = Batches.Random(Seed, 6, 5), before = network.Predict(inputs).clone();

        using NetworkGrowth growth = NetworkGrowth.AddOutputs(definition, network, 4, Seed.Derive("outputs"));
        using Network wider = growth.Network;

        Batches.AssertClose(before, wider.Predict(inputs).narrow(1, 0, 2), 1e-6);
        Assert.True(wider.Predict(inputs).narrow(1, 2, 2).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void Outputs_behind_which_other_rows_stand_are_not_added()
    {
        MemoryNetwork definition = new(new() { Embedding = 2 }); // the words of time come after the words
        using Network network = definition.Create([4, 3], 9, Seed, CPU);

        Assert.Contains("'embedding.0' would grow from [12, 2] to [13, 2]", Assert.Throws<EngramException>(() => NetworkGrowth.AddOutputs(definition, network, 10, Seed)).Message);
    }

    // Grows twice in a row in the same way, so that the map of one growth also stands behind another's.
    private static void AssertSameFunction(NetworkDefinition definition, long[] shape, ulong seed, Func<NetworkDefinition, Network, NetworkGrowth> grow)
    {
        using DisposeScope one = NewDisposeScope();
        using Network network = definition.Create(shape, 3, new(seed), CPU);
        using NetworkGrowth first = grow(definition, network), second = grow(first.To, first.Network);
        Tensor inputs = Batches.Random(new(seed), [6, .. shape]), expected = network.Predict(inputs).clone();

        foreach (NetworkGrowth growth in (NetworkGrowth[])[first, second])
        {
            Assert.True((expected - growth.Network.Predict(inputs)).abs().max().item<float>() <= 1e-5);
            Assert.Equal(growth.Network.Layout.Count, growth.Map.Count);
            Assert.Equal(growth.To.Layout(shape, 3).Count, growth.Map.Count);
            Assert.True(growth.Map.Count > growth.Old.Layout.Count);
        }
        first.Network.Dispose();
        second.Network.Dispose();
    }

    private static Network Made(Mlp definition, long[] shape, int outputs, params float[] numbers)
    {
        Network network = definition.Create(shape, outputs, Seed, CPU);
        network.Parameters.copy_(tensor(numbers));
        return network;
    }

    private static float[] Numbers(Tensor tensor) => tensor.data<float>().ToArray();

    private sealed class Unknown : NetworkDefinition
    {
        public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) => new([]);

        public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device) => throw new NotSupportedException();
    }
}
