using Engram.Graphs;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>What follows from <see cref="ClassStatistics"/>: scores and distances of samples for each of its classes, in their order.</summary>
public interface IClassScores : IDisposable
{
    /// <summary>Scores, the largest of which wins, [samples, classes]; in the caller's scope.</summary>
    /// <param name="samples">[samples, d], float32.</param>
    Tensor Scores(Tensor samples);

    /// <summary>Writes down as operations what <see cref="Scores"/> computes.</summary>
    /// <param name="graph">Gets them.</param>
    /// <param name="samples">[n, d], of 32 bits.</param>
    /// <returns>[n, classes].</returns>
    GraphValue Describe(Graph graph, GraphValue samples);

    /// <summary>Distances to each class, [samples, classes]; in the caller's scope.</summary>
    /// <param name="samples">[samples, d], float32.</param>
    Tensor Distances(Tensor samples);

    /// <summary>Writes down as operations what <see cref="Distances"/> computes; arguments as for <see cref="Describe"/>.</summary>
    /// <returns>[n, classes].</returns>
    GraphValue DescribeDistances(Graph graph, GraphValue samples);
}
