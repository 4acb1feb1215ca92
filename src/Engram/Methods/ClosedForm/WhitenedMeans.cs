using Engram.Graphs;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>
/// Class means in a space where the covariance that the classes share is 1: squared distances there are Mahalanobis distances,
/// (x - mu_k)' Lambda (x - mu_k), and plain Euclidean ones where nothing is whitened.
/// </summary>
public sealed class WhitenedMeans : IClassScores
{
    private readonly Tensor centre, means, lengths;
    private readonly Tensor? whitening;

    /// <summary>Prepares them.</summary>
    /// <param name="means">[classes, d], float64.</param>
    /// <param name="whitening">A with A A' = Lambda, [d, d], float64; null for 1.</param>
    public WhitenedMeans(Tensor means, Tensor? whitening = null)
    {
        using var scope = NewDisposeScope();
        // Everything is measured from the middle of the means, so that single precision is spent on differences.
        Tensor middle = means.mean([0], true), moved = means - middle;
        if (whitening is not null) moved = moved.mm(whitening);
        centre = middle.to(float32).DetachFromDisposeScope();
        this.means = moved.to(float32).DetachFromDisposeScope();
        lengths = moved.Squared().sum(dim: 1).to(float32).DetachFromDisposeScope();
        this.whitening = whitening?.to(float32).DetachFromDisposeScope();
    }

    /// <summary>log p(class | sample) but for what all classes share, where each is a Gaussian of that covariance: -1/2 of the squared distance.</summary>
    public Tensor Scores(Tensor samples) => Distances(samples).Scale(-0.5);

    /// <summary>Squared distances.</summary>
    public Tensor Distances(Tensor samples)
    {
        Tensor moved = samples - centre;
        if (whitening is not null) moved = moved.Product(whitening);
        return moved.Product(means.t()).Scale(-2).Add(lengths).Add(moved.Squared().sum(dim: 1, keepdim: true)).Raise(0);
    }

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue samples) => graph.Apply("Mul", [DescribeDistances(graph, samples), graph.Number(-0.5)]);

    /// <inheritdoc/>
    public GraphValue DescribeDistances(Graph graph, GraphValue samples)
    {
        using var scope = NewDisposeScope();
        GraphValue moved = graph.Apply("Sub", [samples, graph.Constant(centre)]);
        if (whitening is not null) moved = graph.Apply("MatMul", [moved, graph.Constant(whitening)]);
        GraphValue products = graph.Apply("Mul", [graph.Apply("MatMul", [moved, graph.Constant(means.t())]), graph.Number(-2)]);
        GraphValue own = graph.Apply("ReduceSumSquare", [moved], ("axes", new long[] { 1 }), ("keepdims", 1L));
        GraphValue distances = graph.Apply("Add", [graph.Apply("Add", [products, graph.Constant(lengths)]), own]);
        return graph.Apply("Max", [distances, graph.Number(0)]);
    }

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (Tensor? tensor in new[] { centre, means, lengths, whitening }) tensor?.Dispose();
    }
}
