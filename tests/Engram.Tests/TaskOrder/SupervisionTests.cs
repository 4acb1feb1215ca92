using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class SupervisionTests
{
    // The specification's example: tasks A, B, C, D; a supervised task counts 1 for itself.
    private static readonly double[,] Affinity = { { 1, .6, .2, .1 }, { .5, 1, .4, .3 }, { .1, .3, 1, .7 }, { .2, .2, .2, 1 } };

    [Fact]
    public void Worked_example_of_the_specification()
    {
        IReadOnlyList<Supervision> found = Supervision.Choose(4, Edges(Affinity), budget: 2);

        Assert.Equal([0, 2], found[0].Tasks);
        Assert.Equal(3.3, found[0].Value, 1e-12);
        Assert.Equal([1, 2], found[1].Tasks);
        Assert.Equal(3.2, found[1].Value, 1e-12);
        Assert.Equal([(0, 0), (1, 0), (2, 2), (3, 2)], found[0].Edges.Select(edge => (edge.Target, edge.Sources.Single())));
    }

    [Fact]
    public void A_pair_counts_only_where_both_sources_are_supervised()
    {
        TransferEdge[] edges = [.. Edges(Affinity), new(3, [0, 1], .95)];

        Supervision best = Supervision.Choose(4, edges, budget: 2)[0];

        Assert.Equal([0, 1], best.Tasks);
        Assert.Equal(1 + 1 + .4 + .95, best.Value, 1e-12);
        Assert.DoesNotContain(Supervision.Choose(4, edges, budget: 1), one => one.Edges.Any(edge => edge.Sources.Length == 2));
    }

    [Fact]
    public void Costs_and_weights_move_the_choice()
    {
        Assert.Equal([3], Supervision.Choose(4, Edges(Affinity), budget: 1, costs: [2, 2, 2, 1])[0].Tasks);
        Assert.Equal([3], Supervision.Choose(4, Edges(Affinity), budget: 1, weights: [1, 1, 1, 10])[0].Tasks);
        Assert.Equal("budget-too-small", Assert.Throws<EngramException>(() => Supervision.Choose(4, Edges(Affinity), budget: .5)).Code);
        Assert.Equal("too-many-tasks", Assert.Throws<EngramException>(() => Supervision.Choose(21, [], budget: 1)).Code);
    }

    [Fact]
    public void No_assignment_of_edges_beats_the_choice()
    {
        RandomSource random = new(3);
        double[,] affinity = new double[4, 4];
        for (int s = 0; s < 4; s++)
            for (int t = 0; t < 4; t++) affinity[s, t] = s == t ? 1 : random.NextDouble();

        // Every way to give each target a source, with at most two different ones: the Boolean program itself.
        double best = (from a in Enumerable.Range(0, 4) from b in Enumerable.Range(0, 4) from c in Enumerable.Range(0, 4) from d in Enumerable.Range(0, 4)
                       where new[] { a, b, c, d }.Distinct().Count() <= 2
                       select affinity[a, 0] + affinity[b, 1] + affinity[c, 2] + affinity[d, 3]).Max();

        Assert.Equal(best, Supervision.Choose(4, Edges(affinity), budget: 2)[0].Value, 1e-12);
    }

    private static TransferEdge[] Edges(double[,] affinity) =>
        [.. Enumerable.Range(0, affinity.GetLength(0)).SelectMany(source => Enumerable.Range(0, affinity.GetLength(1)).Select(target => new TransferEdge(target, [source], affinity[source, target])))];
}
