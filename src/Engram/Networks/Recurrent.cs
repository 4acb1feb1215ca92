using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// One recurrent layer over a sequence and a dense layer on its last hidden state. On the CPU it is a <see cref="RecurrentNetwork"/>,
/// elsewhere a <see cref="ModuleNetwork"/> with the same parameters.
/// </summary>
/// <remarks>An input is [steps, features]; an image [1, height, width] is read row by row, a step for each.</remarks>
public abstract class Recurrent : NetworkDefinition
{
    private readonly RecurrentCell cell;
    private readonly int units;
    private readonly bool zeroOutput;

    private protected Recurrent(RecurrentCell cell, int units, bool zeroOutput)
    {
        if (units is < 1 or > MaximumWidth) throw EngramException.Input("out-of-range", $"network.units is {units} but must be 1 to {MaximumWidth}; for example network.units=128.");
        (this.cell, this.units, this.zeroOutput) = (cell, units, zeroOutput);
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) => RecurrentNetwork.LayoutOf(cell, Sequence(inputShape).Features, units, outputs);

    /// <inheritdoc/>
    /// <remarks>All numbers come from U(±1/sqrt(units)), as in PyTorch.</remarks>
    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        var (steps, features) = Sequence(inputShape);
        Network network = device.type == DeviceType.CPU
            ? new RecurrentNetwork(cell, inputShape, steps, features, units, outputs)
            : CreateModule(inputShape, outputs, device);
        RandomSource random = seed.For("init");
        double bound = 1 / Math.Sqrt(units);
        float[] numbers = new float[network.Layout.Count];
        foreach (ref float number in numbers.AsSpan()) number = (float)random.NextDouble(-bound, bound);
        Adjust(network.Layout, numbers);
        if (zeroOutput) foreach (ParameterSlice slice in network.Layout.Slices.Where(network.Layout.Output.Holds)) numbers.AsSpan((int)slice.Offset, (int)slice.Length).Clear();
        using Tensor drawn = tensor(numbers);
        using (no_grad()) network.Parameters.copy_(drawn);
        return network;
    }

    /// <inheritdoc/>
    public override UnitAxes AxesOf(int slice) => slice switch
    {
        RecurrentNetwork.HiddenWeight => new(0, cell.Gates.Count, 0),
        RecurrentNetwork.OutputWeight => new(1, 1, 0),
        RecurrentNetwork.OutputBias => new(1, 1, -1),
        _ => new(0, cell.Gates.Count, -1),
    };

    /// <summary>The same network on TorchSharp's layers, with numbers of their own.</summary>
    internal ModuleNetwork CreateModule(IReadOnlyList<long> inputShape, int outputs, Device device)
    {
        var (steps, features) = Sequence(inputShape);
        return new(new LayerChain(new LastHidden(cell, features, units), nn.Linear(units, outputs)), inputShape, outputs, device, moduleInputShape: [steps, features]);
    }

    /// <summary>What the kind of layer changes in the numbers drawn.</summary>
    private protected virtual void Adjust(ParameterLayout layout, Span<float> numbers) { }

    private (int Steps, int Features) Sequence(IReadOnlyList<long> shape) => shape switch
    {
        [> 0 and <= int.MaxValue and var steps, > 0 and <= int.MaxValue and var features] => ((int)steps, (int)features),
        [1, > 0 and <= int.MaxValue and var height, > 0 and <= int.MaxValue and var width] => ((int)height, (int)width),
        _ => throw EngramException.Input("network-mismatch",
            $"The network {cell.Name} needs sequences [steps, features] or images [1, height, width], which it reads row by row, but the inputs have the shape {FlatVector.Shape(shape)}; choose another network, such as mlp."),
    };
}
