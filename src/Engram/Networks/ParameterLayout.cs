using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>One named piece of the flat parameter vector.</summary>
/// <param name="Name">Name in PyTorch's manner, such as <c>0.weight</c>.</param>
/// <param name="Shape">Shape of the piece; a dense weight is [outputs, inputs].</param>
/// <param name="Offset">Index of its first number in the flat vector.</param>
public sealed record ParameterSlice(string Name, long[] Shape, long Offset)
{
    /// <summary>How many numbers it holds.</summary>
    public long Length { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The piece of a flat vector in its own shape: a view, so that what is written into it is written into the vector.</summary>
    /// <param name="flat">[P], contiguous.</param>
    public Tensor Of(Tensor flat)
    {
        using Tensor row = flat.narrow(0, Offset, Length);
        return row.view(Shape);
    }
}

/// <summary>The layer whose units are the outputs.</summary>
/// <param name="Weight">[outputs, inputs...].</param>
/// <param name="Bias">[outputs].</param>
public sealed record OutputLayer(ParameterSlice Weight, ParameterSlice Bias)
{
    /// <summary>Whether the piece is its weight or its bias.</summary>
    public bool Holds(ParameterSlice slice) => slice == Weight || slice == Bias;
}

/// <summary>Where each named parameter lies in the one flat vector: pieces follow one another without holes.</summary>
public sealed class ParameterLayout
{
    private readonly int output;

    /// <summary>Lays the parameters out one after the other in the given order.</summary>
    /// <param name="parameters">Name and shape of each.</param>
    /// <param name="output">Index of the output layer's weight, behind which its bias stands; left out they are the last two.</param>
    /// <exception cref="ArgumentException">There is no such layer at the index.</exception>
    public ParameterLayout(IEnumerable<(string Name, long[] Shape)> parameters, int? output = null)
    {
        List<ParameterSlice> slices = [];
        foreach (var (name, shape) in parameters)
        {
            ParameterSlice slice = new(name, shape, Count);
            slices.Add(slice);
            Count += slice.Length;
        }
        Slices = slices;
        this.output = output ?? slices.Count - 2;
        if (output is not null && !HasOutput) throw new ArgumentException($"There is no output layer at piece {output}: {WhatIsThere()}.", nameof(output));
    }

    /// <summary>The pieces in the order of the vector.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>Length P of the flat vector.</summary>
    public long Count { get; }

    /// <summary>Whether some layer's units are the outputs.</summary>
    public bool HasOutput => output >= 0 && output + 1 < Slices.Count && Slices[output].Shape is [var outputs, _, ..] && Slices[output + 1].Shape is [var units] && units == outputs;

    /// <summary>The layer whose units are the outputs.</summary>
    /// <exception cref="EngramException">There is none.</exception>
    public OutputLayer Output => HasOutput ? new(Slices[output], Slices[output + 1])
        : throw EngramException.Input("no-output-layer", $"The network has no output layer of its own: {WhatIsThere()}. Choose a network that ends with a dense layer, such as mlp.");

    private string WhatIsThere() => $"a weight [outputs, inputs...] and a bias [outputs] are expected, but there {(output >= 0 && output + 1 < Slices.Count
        ? $"are '{Slices[output].Name}' {FlatVector.Shape(Slices[output].Shape)} and '{Slices[output + 1].Name}' {FlatVector.Shape(Slices[output + 1].Shape)}" : $"are {Slices.Count} pieces in all")}";
}
