using Engram.Graphs;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>A method that can say how far an input is from all it knows, so that something else can decide that it is none of its classes.</summary>
public interface IMeasuresDistance
{
    /// <summary>Distance of each input to the nearest of all classes learned, whichever compete.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <returns>[batch], at least 0, in units of the method's own; infinite where nothing was learned. In the caller's scope.</returns>
    Tensor Distance(Inputs inputs);

    /// <summary>Writes down as operations what <see cref="Distance"/> computes.</summary>
    /// <param name="graph">Gets them.</param>
    /// <param name="inputs">[n, inputs...], of 32 bits.</param>
    /// <returns>[n].</returns>
    /// <exception cref="EngramException">Nothing was learned, or the network cannot be written so.</exception>
    GraphValue DescribeDistance(Graph graph, GraphValue inputs);
}
