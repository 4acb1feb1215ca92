using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.TaskOrder;

/// <summary>One order over its seeds.</summary>
/// <param name="Order">Numbers of the tasks in the order of learning.</param>
/// <param name="N">Number of seeds.</param>
/// <param name="Accuracy">Mean accuracy over all tasks at the end.</param>
/// <param name="Forgetting">Mean drop of earlier tasks from their best.</param>
/// <param name="Final">Accuracy at the end on each task of the natural order, mean over seeds.</param>
public sealed record OrderOutcome(int[] Order, int N, SampleStatistics Accuracy, SampleStatistics Forgetting, double[] Final);

/// <summary>A number over all orders that were tried.</summary>
/// <param name="Best">The best order's mean over seeds.</param>
/// <param name="Worst">The worst order's.</param>
/// <param name="Mean">Mean over the orders: what an order drawn at random gives.</param>
/// <param name="Spread">From best to worst.</param>
public sealed record OrderSpread(double Best, double Worst, double Mean, double Spread);

/// <summary>In which order tasks should be learned, and whether it matters: what <c>order --json</c> prints and the page shows.</summary>
public sealed record OrderStudy
{
    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Version of Engram that made it.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Id of the stream.</summary>
    public required string Stream { get; init; }

    /// <summary><c>task</c>, <c>domain</c> or <c>class</c>.</summary>
    public required string Scenario { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Id of the network.</summary>
    public required string Network { get; init; }

    /// <summary>The seeds.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>Numbers of the tasks in the natural order.</summary>
    public required int[] Numbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Whether all orders were tried with all seeds.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The orders that were tried, the most accurate first; where they were searched, with the first seed only.</summary>
    public required OrderOutcome[] Orders { get; init; }

    /// <summary>After a search, the orders that were learned again with seeds that had no part in it; empty where all orders were tried.</summary>
    public OrderOutcome[] Judged { get; init; } = [];

    /// <summary>Accuracy over the orders; where they were searched, with the first seed only.</summary>
    public required OrderSpread Accuracy { get; init; }

    /// <summary>Forgetting over the orders; less is better.</summary>
    public required OrderSpread Forgetting { get; init; }

    /// <summary>What learning one task and then another does to both.</summary>
    public required TaskPair[] Pairs { get; init; }

    /// <summary>The order with the highest accuracy, with which the tasks should be learned if any order is better at all.</summary>
    public required int[] Recommended { get; init; }

    /// <summary>Whether it is better than the others.</summary>
    public required OrderTest Test { get; init; }

    /// <summary>How much more accurate it is than the natural order, over the seeds that both have; null where it is that order.</summary>
    public SampleStatistics? OverNatural { get; init; }

    /// <summary>What this means, in plain English.</summary>
    public string Verdict => string.Join(" ", Sentences);

    /// <summary>Its sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences => OrderVerdict.Of(this);

    /// <summary>The runs.</summary>
    public required OrderedRun[] Runs { get; init; }

    /// <summary>What was learned in the natural order, defaults written out.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Names of an order's tasks.</summary>
    public IEnumerable<string> NamesOf(IEnumerable<int> order) => order.Select(number => Tasks[Array.IndexOf(Numbers, number)]);

    /// <summary>Draws the conclusions.</summary>
    /// <param name="plan">What was asked.</param>
    /// <param name="tasks">Names of the tasks in the natural order.</param>
    /// <param name="runs">What was run; each order at most once with each seed.</param>
    public static OrderStudy Of(OrderPlan plan, IReadOnlyList<string> tasks, IReadOnlyList<OrderedRun> runs)
    {
        ulong first = plan.SeedNumbers[0];
        OrderedRun[] searched = plan.IsComplete ? [.. runs] : [.. runs.Where(run => run.Seed == first)];
        OrderOutcome[] outcomes = [.. Outcomes(searched)];
        int[] natural = [.. runs[0].Order.Order()], best = outcomes[0].Order;
        return new()
        {
            Stream = plan.Config.Stream.Id,
            Scenario = ((Streams.StreamOptions)plan.Config.Stream.Options).Scenario.ToString().ToLowerInvariant(),
            Method = plan.Config.Method.Id,
            Network = plan.Config.Network.Id,
            Seeds = [.. plan.SeedNumbers],
            Numbers = natural,
            Tasks = [.. tasks],
            IsComplete = plan.IsComplete,
            Orders = outcomes,
            Judged = plan.IsComplete ? [] : [.. Outcomes(runs.Where(run => run.Seed != first))],
            Accuracy = new(outcomes[0].Accuracy.Mean, outcomes[^1].Accuracy.Mean, outcomes.Average(one => one.Accuracy.Mean), outcomes[0].Accuracy.Mean - outcomes[^1].Accuracy.Mean),
            Forgetting = SpreadOfForgetting([.. outcomes.Select(one => one.Forgetting.Mean)]),
            Pairs = [.. TaskPair.Of(runs, plan.IsComplete)],
            Recommended = best,
            Test = plan.IsComplete ? Judge(runs, best, plan.SeedNumbers, outcomes.Length) : Judge(runs, best, [.. plan.SeedNumbers.Skip(1)], 1),
            OverNatural = best.SequenceEqual(natural) ? null : Paired(runs, best, natural, plan.IsComplete ? plan.SeedNumbers : [.. plan.SeedNumbers.Skip(1)]),
            Runs = [.. runs],
            Config = plan.Config.ToJson(),
        };
    }

    private static IEnumerable<OrderOutcome> Outcomes(IEnumerable<OrderedRun> runs) => runs.GroupBy(run => TaskOrder.Orders.Key(run.Order))
        .Select(group => new OrderOutcome(group.First().Order, group.Count(), SampleStatistics.Of(group.Select(run => run.Accuracy)), SampleStatistics.Of(group.Select(run => run.Forgetting)),
            [.. group.First().Matrix[^1].Select((_, task) => group.Average(run => run.Matrix[^1][task]))]))
        .OrderByDescending(outcome => outcome.Accuracy.Mean).ThenBy(outcome => outcome.Forgetting.Mean);

    private static OrderSpread SpreadOfForgetting(double[] values) => new(values.Min(), values.Max(), values.Average(), values.Max() - values.Min());

    // Only seeds that had no part in the choice, or all of them with a correction for it.
    private static OrderTest Judge(IReadOnlyList<OrderedRun> runs, int[] best, IReadOnlyList<ulong> seeds, int chosenFrom)
    {
        ulong[] judged = seeds.Count > 0 ? [.. seeds] : [runs[0].Seed];
        (string Key, double[] Row)[] rows = [.. runs.Where(run => judged.Contains(run.Seed)).GroupBy(run => TaskOrder.Orders.Key(run.Order))
            .Where(group => group.Count() == judged.Length)
            .Select(group => (group.Key, group.OrderBy(run => run.Seed).Select(run => run.Accuracy).ToArray()))];
        return OrderTest.Of([.. rows.Select(row => row.Row)], Array.FindIndex(rows, row => row.Key == TaskOrder.Orders.Key(best)), chosenFrom);
    }

    private static SampleStatistics? Paired(IReadOnlyList<OrderedRun> runs, int[] best, int[] natural, IReadOnlyList<ulong> seeds)
    {
        Dictionary<ulong, double> theirs = runs.Where(run => run.Order.SequenceEqual(natural)).ToDictionary(run => run.Seed, run => run.Accuracy);
        double[] differences = [.. runs.Where(run => run.Order.SequenceEqual(best) && theirs.ContainsKey(run.Seed) && (seeds.Count == 0 || seeds.Contains(run.Seed))).Select(run => run.Accuracy - theirs[run.Seed])];
        return differences.Length == 0 ? null : SampleStatistics.Of(differences);
    }
}
