using Engram.Graphs;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>Scores that are linear in a sample, W' (x - centre) + b, with distances that are found when they are first asked for.</summary>
public sealed class LinearScores : IClassScores
{
    private readonly Tensor weights;
    private readonly Tensor? centre, bias;
    private readonly Func<WhitenedMeans> findDistances;
    private WhitenedMeans? distances;

    /// <summary>Prepares them.</summary>
    /// <param name="weights">W, [d, classes], float64.</param>
    /// <param name="bias">b, [classes], float64; null for 0.</param>
    /// <param name="centre">[1, d], float64; null for 0.</param>
    /// <param name="findDistances">What answers <see cref="Distances"/>; this object's from then on.</param>
    public LinearScores(Tensor weights, Tensor? bias, Tensor? centre, Func<WhitenedMeans> findDistances)
    {
        this.weights = weights.to(float32).contiguous().DetachFromDisposeScope();
        this.bias = bias?.to(float32).DetachFromDisposeScope();
        this.centre = centre?.to(float32).DetachFromDisposeScope();
        this.findDistances = findDistances;
    }

    /// <inheritdoc/>
    public Tensor Scores(Tensor samples)
    {
        Tensor scores = (centre is null ? samples : samples - centre).Product(weights);
        return bias is null ? scores : scores.Add(bias);
    }

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue samples)
    {
        GraphValue moved = centre is null ? samples : graph.Apply("Sub", [samples, graph.Constant(centre)]);
        GraphValue scores = graph.Apply("MatMul", [moved, graph.Constant(weights)]);
        return bias is null ? scores : graph.Apply("Add", [scores, graph.Constant(bias)]);
    }

    /// <inheritdoc/>
    public Tensor Distances(Tensor samples) => (distances ??= findDistances()).Distances(samples);

    /// <inheritdoc/>
    public GraphValue DescribeDistances(Graph graph, GraphValue samples) => (distances ??= findDistances()).DescribeDistances(graph, samples);

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (Tensor? tensor in new[] { weights, bias, centre }) tensor?.Dispose();
        distances?.Dispose();
    }
}
