using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>Squared Mahalanobis distances to class means, each with a covariance of its own: (x - mu_k)' Lambda_k (x - mu_k).</summary>
public sealed class ClassGaussians : IClassScores
{
    private const long Numbers = 1 << 22; // of one intermediate tensor
    private const int Rows = 256; // samples at a time

    private readonly List<(Tensor Means, Tensor Whitening)> parts = [];

    /// <summary>How many classes of so many numbers are best computed together.</summary>
    /// <param name="length">Numbers of one sample, d.</param>
    public static int Together(long length) => (int)Math.Max(1, Numbers / (length * Math.Max(length, Rows)));

    /// <summary>Adds classes behind those that there are.</summary>
    /// <param name="means">[classes, d], float64.</param>
    /// <param name="whitening">A_k with A_k A_k' = Lambda_k, [classes, d, d], float64.</param>
    public void Add(Tensor means, Tensor whitening)
    {
        using var scope = NewDisposeScope();
        parts.Add((means.unsqueeze(1).to(float32).DetachFromDisposeScope(), whitening.to(float32).DetachFromDisposeScope()));
    }

    /// <summary>Minus half of the squared distance.</summary>
    public Tensor Scores(Tensor samples) => Distances(samples).Scale(-0.5);

    /// <summary>Squared distances.</summary>
    public Tensor Distances(Tensor samples)
    {
        using var outer = NewDisposeScope();
        List<Tensor> rows = [];
        for (long first = 0; first < samples.size(0); first += Rows)
        {
            Tensor some = samples.narrow(0, first, Math.Min(Rows, samples.size(0) - first)).unsqueeze(0);
            rows.Add(cat([.. parts.Select(part => DistancesTo(part.Means, part.Whitening, some))], 1));
        }
        return cat(rows, 0).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(Graph graph, GraphValue samples) => graph.Apply("Mul", [DescribeDistances(graph, samples), graph.Number(-0.5)]);

    /// <inheritdoc/>
    public GraphValue DescribeDistances(Graph graph, GraphValue samples)
    {
        GraphValue some = graph.Apply("Unsqueeze", [samples, graph.Whole(0)]); // [1, n, d]
        GraphValue distances = graph.Apply("Concat", [.. parts.Select(part =>
        {
            GraphValue moved = graph.Apply("MatMul", [graph.Apply("Sub", [some, graph.Constant(part.Means)]), graph.Constant(part.Whitening)]);
            return graph.Apply("ReduceSumSquare", [moved], ("axes", new long[] { 2 }), ("keepdims", 0L));
        })], ("axis", 0L)); // [classes, n]
        return graph.Apply("Transpose", [distances]);
    }

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (var (means, whitening) in parts)
        {
            means.Dispose();
            whitening.Dispose();
        }
    }

    private static Tensor DistancesTo(Tensor means, Tensor whitening, Tensor samples)
    {
        using var scope = NewDisposeScope();
        return (samples - means).bmm(whitening).Squared().sum(dim: 2).t().MoveToOuterDisposeScope(); // [samples, classes]
    }
}
