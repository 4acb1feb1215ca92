using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A larger network with the function of a smaller one, and how everything that is kept for each parameter follows (Net2Net: Chen et al.
/// 2016, arXiv 1511.05641), or one with more outputs, for classes that nobody knew of. Wider: a layer keeps its n units and gets copies of units drawn at random; the weights out of a unit and its
/// copies are divided by their number. Deeper: a layer that passes on what it gets, for rectify(rectify(x)) = rectify(x).
/// </summary>
public sealed class NetworkGrowth : IGrowth, IDisposable
{
    /// <summary>Deviation of the noise on copied weights, as a share of the deviation of the layer's weights, where none is given.</summary>
    public const double UsualNoise = 0.05;

    /// <summary>Most units of a layer, or channels of a convolution.</summary>
    public const int MaximumWidth = NetworkDefinition.MaximumWidth;

    private NetworkGrowth(NetworkDefinition from, Network old, NetworkDefinition to, Network network, ParameterMap map) =>
        (From, Old, To, Network, Map) = (from, old, to, network, map);

    /// <summary>Architecture before.</summary>
    public NetworkDefinition From { get; }

    /// <summary>The network before; nothing in it was changed.</summary>
    public Network Old { get; }

    /// <summary>Architecture after.</summary>
    public NetworkDefinition To { get; }

    /// <summary>The grown network, the caller's.</summary>
    public Network Network { get; }

    /// <summary>From old flat vectors to new ones.</summary>
    public ParameterMap Map { get; }

    /// <inheritdoc/>
    Tensor IGrowth.Parameters => Old.Parameters;

    /// <inheritdoc/>
    Tensor IGrowth.Follow(Tensor kept, ParameterRole role) => Map.Of(kept, role);

    /// <summary>Widens one hidden layer.</summary>
    /// <param name="definition">Architecture of the network.</param>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="layer">Index of the hidden layer, from 0.</param>
    /// <param name="units">Units or channels that it shall have, more than it has.</param>
    /// <param name="seed">Names the random choice of units and the noise.</param>
    /// <param name="noise">
    /// 0 keeps the function, to within rounding. Otherwise the weights into copies, and only they, get normal noise whose deviation is this
    /// times that of the layer's weights: exact copies with equal gradients would stay copies.
    /// </param>
    /// <exception cref="EngramException">There is no such layer, it has as many units already, or the architecture cannot grow.</exception>
    public static NetworkGrowth Widen(NetworkDefinition definition, Network network, int layer, int units, Seed seed, double noise = UsualNoise)
    {
        RequireLayer(definition, layer);
        return Widen(definition, network, [.. definition.Widths.Select((width, index) => index == layer ? units : width)], seed, noise);
    }

    /// <summary>Widens several hidden layers, one after the other from the first.</summary>
    /// <param name="definition">Architecture of the network.</param>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="widths">Units or channels of each hidden layer, nowhere fewer than there are and somewhere more.</param>
    /// <param name="seed">Names the random choice of units and the noise.</param>
    /// <param name="noise">As for one layer.</param>
    /// <exception cref="EngramException">The widths do not fit, or the architecture cannot grow.</exception>
    public static NetworkGrowth Widen(NetworkDefinition definition, Network network, IReadOnlyList<int> widths, Seed seed, double noise = UsualNoise)
    {
        RequireFit(definition, network);
        ArgumentOutOfRangeException.ThrowIfNegative(noise);
        IReadOnlyList<int> now = definition.Widths;
        if (widths.Count != now.Count || widths.Zip(now, (wide, width) => wide - width).Any(more => more < 0) || widths.SequenceEqual(now))
            throw EngramException.Input("cannot-grow", $"A network with hidden layers of {Describe(now)} cannot be widened to {Describe(widths)}: as many layers are needed, none narrower and one wider at least.");
        using var scope = NewDisposeScope();
        Tensor parameters = network.Parameters;
        NetworkDefinition step = definition;
        ParameterMap? map = null;
        for (int layer = 0; layer < widths.Count; layer++)
        {
            if (widths[layer] == now[layer]) continue;
            ParameterLayout before = LayoutOf(step, network);
            step = step.WithWidths([.. widths.Take(layer + 1), .. now.Skip(layer + 1)]);
            ParameterLayout after = LayoutOf(step, network);
            ParameterMap widening = ParameterMap.Widening(definition.AxesOf, before, after, layer, Origins(now[layer], widths[layer], seed.For("origin", layer)), network.Device);
            Tensor narrow = parameters;
            parameters = widening.Weights(parameters);
            if (noise > 0) AddNoise(definition, layer, noise, (narrow, before), (parameters, after), seed.For("noise", layer));
            map = Joined(map, widening);
        }
        return Make(definition, network, step, map!, parameters);
    }

    /// <summary>Inserts a layer as wide as a hidden layer behind it that passes on what it gets: the function stays exactly as it is.</summary>
    /// <param name="definition">Architecture of the network.</param>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="layer">Index of the hidden layer, from 0.</param>
    /// <exception cref="EngramException">There is no such layer, or the architecture cannot grow.</exception>
    public static NetworkGrowth Deepen(NetworkDefinition definition, Network network, int layer)
    {
        RequireLayer(definition, layer);
        RequireFit(definition, network);
        using var scope = NewDisposeScope();
        NetworkDefinition deeper = definition.WithWidths([.. definition.Widths.Take(layer + 1), .. definition.Widths.Skip(layer)]);
        ParameterMap map = ParameterMap.Deepening(network.Layout, LayoutOf(deeper, network), layer, network.Device);
        return Make(definition, network, deeper, map, map.Weights(network.Parameters));
    }

    /// <summary>Adds outputs behind those that there are, which stay exactly as they are; the new ones have first numbers of their own.</summary>
    /// <param name="definition">Architecture of the network.</param>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="outputs">Outputs that it shall have, more than it has.</param>
    /// <param name="seed">Where the new outputs' numbers come from.</param>
    /// <exception cref="EngramException">It has as many already, or its outputs are not rows of its parameters.</exception>
    public static NetworkGrowth AddOutputs(NetworkDefinition definition, Network network, int outputs, Seed seed)
    {
        if (outputs <= network.OutputCount) throw EngramException.Input("cannot-grow", $"A network with {network.OutputCount} outputs cannot get {outputs}: more are needed.");
        RequireFit(definition, network);
        using var scope = NewDisposeScope();
        Network wider = definition.Create(network.InputShape, outputs, seed, network.Device);
        ParameterMap map = CopyInto(wider, network);
        wider.FindsInputGradient = network.FindsInputGradient;
        return new(definition, network, definition, wider, map);
    }

    /// <summary>Gives a network all that one with fewer outputs has; the further outputs keep their own numbers.</summary>
    /// <returns>From the one to the other; the caller's.</returns>
    internal static ParameterMap CopyInto(Network wider, Network network)
    {
        using var scope = NewDisposeScope();
        ParameterMap map = ParameterMap.AddingOutputs(network, wider);
        using (no_grad()) wider.Parameters.copy_(map.Weights(network.Parameters));
        network.CopyStateInto(wider);
        return map;
    }

    /// <summary>Whether outputs were added, and nothing else.</summary>
    public bool AddsOutputs => Network.OutputCount > Old.OutputCount;

    /// <summary>Frees the map; both networks stay.</summary>
    public void Dispose() => Map.Dispose();

    private static NetworkGrowth Make(NetworkDefinition from, Network old, NetworkDefinition to, ParameterMap map, Tensor parameters)
    {
        Network network = to.Create(old.InputShape, old.OutputCount, new(0), old.Device); // its first numbers are overwritten
        using (no_grad()) network.Parameters.copy_(parameters);
        network.FindsInputGradient = old.FindsInputGradient;
        return new(from, old, to, network, map);
    }

    // The old units, then copies of units drawn at random.
    private static int[] Origins(int units, int wanted, RandomSource random) =>
        [.. Enumerable.Range(0, wanted).Select(unit => unit < units ? unit : random.NextInt(units))];

    // Into the copies of each weight that leads into the layer's units, gate by gate.
    private static void AddNoise(NetworkDefinition definition, int layer, double noise, (Tensor Flat, ParameterLayout Layout) old, (Tensor Flat, ParameterLayout Layout) grown, RandomSource random)
    {
        for (int slice = 0; slice < grown.Layout.Slices.Count; slice++)
        {
            UnitAxes axes = definition.AxesOf(slice);
            if (axes.RowLayer != layer || grown.Layout.Slices[slice].Shape.Length < 2) continue;
            Tensor narrow = old.Layout.Slices[slice].Of(old.Flat), wide = grown.Layout.Slices[slice].Of(grown.Flat);
            double deviation = noise * narrow.std(unbiased: false).item<float>();
            long before = narrow.shape[0] / axes.Gates, after = wide.shape[0] / axes.Gates;
            for (int gate = 0; gate < axes.Gates; gate++)
            {
                Tensor copies = wide.narrow(0, gate * after + before, after - before);
                float[] numbers = new float[copies.numel()];
                random.FillGaussian(numbers);
                copies.Add(tensor(numbers, device: wide.device).view(copies.shape), deviation);
            }
        }
    }

    private static ParameterMap Joined(ParameterMap? first, ParameterMap second)
    {
        if (first is null) return second;
        ParameterMap both = first.Then(second);
        first.Dispose();
        second.Dispose();
        return both;
    }


    private static ParameterLayout LayoutOf(NetworkDefinition definition, Network network) => definition.Layout(network.InputShape, network.OutputCount);

    private static void RequireLayer(NetworkDefinition definition, int layer)
    {
        if (layer < 0 || layer >= definition.Widths.Count)
            throw EngramException.Input("cannot-grow", $"There is no hidden layer {layer + 1} to grow; the network has {Describe(definition.Widths)}. Name one of its layers.");
    }

    private static void RequireFit(NetworkDefinition definition, Network network)
    {
        ParameterLayout layout = LayoutOf(definition, network);
        bool fits = layout.Slices.Count == network.Layout.Slices.Count && layout.Slices.Zip(network.Layout.Slices, (one, other) => one.Shape.SequenceEqual(other.Shape)).All(same => same);
        if (!fits) throw new ArgumentException($"The network has {network.Layout.Count} parameters in other pieces than the {layout.Count} of its architecture; give the definition that it was made with.", nameof(definition));
    }

    private static string Describe(IReadOnlyList<int> widths) => widths.Count == 0 ? "no hidden layers" : string.Join('-', widths);
}
