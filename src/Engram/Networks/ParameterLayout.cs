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

/// <summary>Where each named parameter lies in the one flat vector: pieces follow one another without holes.</summary>
public sealed class ParameterLayout
{
    /// <summary>Lays the parameters out one after the other in the given order.</summary>
    public ParameterLayout(IEnumerable<(string Name, long[] Shape)> parameters)
    {
        List<ParameterSlice> slices = [];
        foreach (var (name, shape) in parameters)
        {
            ParameterSlice slice = new(name, shape, Count);
            slices.Add(slice);
            Count += slice.Length;
        }
        Slices = slices;
    }

    /// <summary>The pieces in the order of the vector.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>Length P of the flat vector.</summary>
    public long Count { get; }
}
